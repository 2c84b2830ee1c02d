import { callStats } from '@frontdesk/contracts/transcript/call-stats';
import { getCall } from '@frontdesk/contracts/transcript/get-call';
import { listCalls } from '@frontdesk/contracts/transcript/list-calls';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';

export function createTranscript(messaging: Messaging) {
  return {
    call: (businessId: string, callSid: string) => messaging.request(getCall, businessId, { callSid }),
    calls: (businessId: string, query: z.input<typeof listCalls.request>) =>
      messaging.request(listCalls, businessId, query),
    stats: (businessId: string, days: number) => messaging.request(callStats, businessId, { days }),
  };
}
export type Transcript = ReturnType<typeof createTranscript>;
