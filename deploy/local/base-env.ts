/** What of our own environment every process that we start is given: where programs are found, and nothing else. */
import { readConfig, text } from '@frontdesk/config';

const passedOn = {
  PATH: text(),
  HOME: text().optional(),
  LANG: text().optional(),
  TMPDIR: text().optional(),
  /** A company's own certificate authority. */
  NODE_EXTRA_CA_CERTS: text().optional(),
};

export function baseEnv(): Record<string, string> {
  const read = readConfig(passedOn);
  return Object.fromEntries(Object.entries(read).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export function natsServerBin(): string | undefined {
  return readConfig({ NATS_SERVER_BIN: text().optional() }).NATS_SERVER_BIN;
}
