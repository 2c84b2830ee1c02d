import { type RecognisedCaller, recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';
import type { ToolRequests } from '../domain/tools/tool.ts';

export interface CallerProfile {
  recognise(businessId: string, request: z.input<typeof recogniseCaller.request>): Promise<RecognisedCaller>;
  saveCallerName(
    businessId: string,
    request: ToolRequests['saveCallerName']['request'],
    idempotencyKey: string,
  ): Promise<ToolRequests['saveCallerName']['reply']>;
}

export function createCallerProfile(messaging: Messaging): CallerProfile {
  return {
    recognise: (businessId, request) => messaging.request(recogniseCaller, businessId, request),
    saveCallerName: (businessId, request, idempotencyKey) =>
      messaging.request(saveCallerName, businessId, request, { idempotencyKey }),
  };
}
