/** Orders calls from a running simulator and reads how they went; for tests, the demo and the benchmark. */
import { z } from 'zod';
import type { publicHosts } from './public-hosts.ts';
import { type CallReport, callReport } from './report.ts';
import type { callee, placeCall } from './script.ts';

export interface TwilioControl {
  /** Places a call and returns its CallSid at once. */
  placeCall(order: z.input<typeof placeCall>): Promise<string>;
  report(callSid: string): Promise<CallReport>;
  /** The report once the call is over. Throws when it still goes on after `timeoutMs`. */
  ended(callSid: string, timeoutMs?: number): Promise<CallReport>;
  hangUp(callSid: string): Promise<void>;
  /** Decides who answers when the system calls this number. */
  setCallee(person: z.input<typeof callee>): Promise<void>;
  /** Says where further public addresses lead. */
  mapHosts(hosts: z.input<typeof publicHosts>): Promise<void>;
  /** Keeps this TwiML at Twilio and returns its address. */
  keepTwiml(twiml: string): Promise<string>;
}

const placed = z.object({ callSid: z.string() });
const kept = z.object({ url: z.string() });

/** `fetch` gives up on an answer that takes five minutes; a longer call is asked for again. */
const ASKED_FOR_MS = 120_000;
const STILL_GOES_ON = 408;

/** @param url where the simulator listens, such as `http://127.0.0.1:4010` */
export function twilioControl(url: string): TwilioControl {
  async function ask(method: string, path: string, body?: unknown, answers: readonly number[] = []): Promise<unknown> {
    const response = await fetch(`${url}/simulator${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && !answers.includes(response.status))
      throw new Error(`twilio simulator: ${method} ${path}: ${response.status} ${text.slice(0, 2_000)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    placeCall: async (order) => placed.parse(await ask('POST', '/calls', order)).callSid,
    report: async (callSid) => callReport.parse(await ask('GET', `/calls/${callSid}`)),
    async ended(callSid, timeoutMs = 60_000) {
      const path = (ms: number) => `/calls/${callSid}/ended?timeoutMs=${ms}`;
      let leftMs = timeoutMs;
      for (; leftMs > ASKED_FOR_MS; leftMs -= ASKED_FOR_MS) {
        const report = callReport.parse(await ask('GET', path(ASKED_FOR_MS), undefined, [STILL_GOES_ON]));
        if (report.ended) return report;
      }
      return callReport.parse(await ask('GET', path(leftMs)));
    },
    hangUp: async (callSid) => void (await ask('POST', `/calls/${callSid}/hang-up`)),
    setCallee: async (person) => void (await ask('PUT', '/callees', person)),
    mapHosts: async (hosts) => void (await ask('PUT', '/public-hosts', hosts)),
    keepTwiml: async (twiml) => kept.parse(await ask('POST', '/twiml-bins', { twiml })).url,
  };
}
