/**
 * The next appointments of a caller, as far as they proved who they are: all of their number's under `open` and, with
 * attestation A, `attested`; otherwise the one whose code they say.
 */
import { z } from 'zod';
import { languageTag } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { appointmentView } from './appointment.ts';
import { MAX_UPCOMING } from './list-upcoming.ts';
import { callerProof } from './proof.ts';

export const lookUpAppointments = defineRpc({
  service: 'booking',
  verb: 'look-up-appointments',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({ proof: callerProof, speak: languageTag.default('en') }),
  /**
   * Fails with `denied`, saying what is missing (the code) or that codes are locked for now. Where the number shows
   * appointments, a code that is not taken only adds none.
   */
  reply: z.object({
    appointments: z
      .array(
        z.object({
          ...appointmentView.shape,
          /** Moving and cancelling it needs the code still. */
          needsCode: z.boolean(),
        }),
      )
      .max(MAX_UPCOMING),
  }),
});
