/** One call on the stage: placed through the telephone network, watched while it goes on. */
import { readFile } from 'node:fs/promises';
import { type CallHead, callHead, callKey, calls } from '@frontdesk/contracts/kv/calls';
import { saysPhrase } from '@frontdesk/deploy/local/demo/words.ts';
import { Kvm } from '@nats-io/kv';
import { connect, credsAuthenticator, type NatsConnection } from 'nats';
import { expect, inject, vi } from 'vitest';
import type { z } from 'zod';
import { twilioControl } from '../../simulators/twilio/control-client.ts';
import type { CallReport } from '../../simulators/twilio/report.ts';
import type { CallFaults, placeCall, Step } from '../../simulators/twilio/script.ts';
import '../provided.ts';
import { heardText } from './sound.ts';

/** No step of a call takes longer. */
const PATIENCE_MS = 30_000;
const CALL_TIMEOUT_MS = 120_000;

export interface OnCall {
  readonly callSid: string;
  readonly from: string;
  /** Resolves when the caller has heard these words. */
  heard(phrase: string, timeoutMs?: number): Promise<void>;
  report(): Promise<CallReport>;
  ended(timeoutMs?: number): Promise<CallReport>;
  /** The live record; undefined when there is none. */
  head(): Promise<CallHead | undefined>;
  /** The bridge that owns the call once it talks. */
  owner(): Promise<string>;
}

export interface CallOptions {
  faults?: CallFaults;
  order?: Partial<z.input<typeof placeCall>>;
  /** Where the number leads; the stack's own gateways when nothing is said. */
  publicUrl?: string;
}

export async function callIn(
  from: string,
  to: string,
  steps: readonly Step[],
  { faults = {}, order = {}, publicUrl = inject('failures').stack.gateway.publicUrl }: CallOptions = {},
): Promise<OnCall> {
  const telephone = twilioControl(inject('failures').stack.twilio.apiUrl);
  const callSid = await telephone.placeCall({
    from,
    to,
    voiceUrl: `${publicUrl}/api/v1/voice/incoming#rc=5&rp=all`,
    statusCallback: `${publicUrl}/api/v1/voice/call-status#rc=5&rp=all`,
    stirVerstat: 'TN-Validation-Passed-A',
    caller: { steps: [...steps] },
    faults,
    ...order,
  });
  const report = () => telephone.report(callSid);
  const head = () => readHead(callSid);
  return {
    callSid,
    from,
    report,
    head,
    ended: (timeoutMs = CALL_TIMEOUT_MS) => telephone.ended(callSid, timeoutMs),
    async heard(phrase, timeoutMs = PATIENCE_MS) {
      const look = async () => {
        const now = await report();
        if (saysPhrase(heardText(now), phrase)) return;
        const problem = [
          ...(now.script.failure === undefined ? [] : [now.script.failure]),
          ...now.errors,
          `${now.damagedWords} words damaged, ${now.cutWords} cut, the line itself at most ${now.maxFrameLateMs} ms late`,
        ].join('; ');
        expect.fail(`"${phrase}" was not heard (${now.status}) but: ${heardText(now)} (${problem})`);
      };
      await vi.waitFor(look, { timeout: timeoutMs, interval: 40 });
    },
    owner: () =>
      vi.waitUntil(
        async () => {
          const found = await head();
          return found?.phase === 'talking' ? found.owner.podId : undefined;
        },
        { timeout: PATIENCE_MS, interval: 50 },
      ),
  };
}

let connecting: Promise<NatsConnection> | undefined;

/** The operator's own connection of this file; outlives the loss of the server. */
export function natsConnection(): Promise<NatsConnection> {
  connecting ??= (async () => {
    const { nats } = inject('failures').stack;
    const authenticator = credsAuthenticator(await readFile(nats.adminCreds));
    return connect({
      ...{ servers: nats.url, authenticator, maxReconnectAttempts: -1, reconnectTimeWait: 250 },
      // While a dozen bridges start, a handshake may take longer than the server waits for it.
      waitOnFirstConnect: true,
    });
  })();
  return connecting;
}

async function readHead(callSid: string): Promise<CallHead | undefined> {
  const bucket = await new Kvm(await natsConnection()).open(calls.bucket);
  const entry = await bucket.get(callKey(callSid));
  return entry?.operation === 'PUT' ? callHead.parse(entry.json()) : undefined;
}
