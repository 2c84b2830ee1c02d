/** Everything that is known about one call once it is over, from the parties that know it. */

import type { CloudEvent } from '@frontdesk/contracts/event';
import { callDetailsHttp } from '@frontdesk/contracts/http/call-details';
import type { z } from 'zod';
import type { SeededBusiness } from '../apply-seed.ts';
import type { Appointment } from './appointments.ts';
import type { CallReport } from './call-report.ts';
import type { CallerStory } from './story.ts';

export type KeptCall = z.output<typeof callDetailsHttp.reply>['call'];

export interface CallEvidence {
  story: CallerStory;
  business: SeededBusiness;
  callSid: string;
  /** What the telephone network saw: the words really heard at both ends. */
  report: CallReport;
  /** What the transcript service kept, read with the business's API key; undefined when it knows no such call. */
  kept: KeptCall | undefined;
  /** Of this call, as the business received them live. */
  live: readonly CloudEvent[];
  /** Of this call, as the business reads them from the start. */
  replayed: readonly CloudEvent[];
  /** Of this call, in PostgreSQL. */
  appointments: readonly Appointment[];
  /** Double bookings at this business, whoever made them. */
  overlaps: number;
}

export async function fetchKeptCall(
  gatewayUrl: string,
  apiKey: string,
  callSid: string,
): Promise<KeptCall | undefined> {
  const response = await fetch(gatewayUrl + callDetailsHttp.path.replace('{call_sid}', callSid), {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`reading the call's transcript failed with ${response.status}`);
  return callDetailsHttp.reply.parse(await response.json()).call;
}
