/** Why this caller may see or change an appointment: what is known of the call, and the code they said. */
import type { CallerProof } from '@frontdesk/contracts/booking/proof';
import { z } from 'zod';
import type { ToolScene } from './tool.ts';

export const appointmentHandle = z.string().trim().min(1).max(8).describe('The handle of the appointment, such as a1.');

/** The one thing the model adds. Whether it is right, and enough, is not for a bridge to say. */
export const confirmationCode = z
  .string()
  .trim()
  .max(40)
  .optional()
  .describe(
    'The confirmation code as the caller said it, letters and digits, spelled words put together; or as you told it to them in this call. Leave it out when there is none.',
  );

export function callerProof({ callSid, phone, attestation, trust }: ToolScene, code: string | undefined): CallerProof {
  return { by: 'caller', callSid, phone, attestation, trust, ...(code ? { code } : {}) };
}
