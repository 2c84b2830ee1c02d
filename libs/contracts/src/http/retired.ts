import { z } from 'zod';

/** What is left of something taken off the offer. */
export const retired = z.object({
  success: z.literal(true),
  /** Appointments that still stand and may have to be moved. */
  upcoming_appointments: z.int().min(0),
});
