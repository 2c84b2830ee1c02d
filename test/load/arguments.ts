/** `npm run bench -- [--calls n] [--seconds n] [--bridges n] [--tls-model] [--profile]` */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  calls: number;
  /** Length of the stack's measured window; the relay's two are half as long each. */
  seconds: number;
  bridges: number;
  /** The model is reached over TLS, by the relay as by the bridge. */
  tlsModel: boolean;
  /** Also records a CPU profile of a bridge and of the gateway, after the measured window. */
  profile: boolean;
}

/** As many as there are telephone numbers for callers, and digits for them in a stamp. */
const MOST_CALLS = 400;

/** @throws Error that says what is wrong with the arguments */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '60' },
      bridges: { type: 'string', default: '1' },
      'tls-model': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  return {
    calls: wholeNumber('--calls', values.calls, 2, MOST_CALLS),
    seconds: wholeNumber('--seconds', values.seconds, 10, 600),
    bridges: wholeNumber('--bridges', values.bridges, 1, 16),
    tlsModel: values['tls-model'],
    profile: values.profile,
  };
}

function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new Error(`${name} takes a whole number from ${low} to ${high}`);
  }
  return value;
}
