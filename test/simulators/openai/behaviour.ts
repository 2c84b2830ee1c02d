/** What is not known for sure about the real server: each is a switch, so that tests can run both ways. */
import { z } from 'zod';

export const behaviour = z.strictObject({
  /** `conversation.item.done` before `response.output_item.done`, or after. */
  itemDoneFirst: z.boolean().default(false),
  /** `rate_limits.updated` right after `response.created`, or after `response.done`. */
  rateLimitsAtStart: z.boolean().default(false),
  /** Whether a cancelled response carries usage. */
  usageOnCancelled: z.boolean().default(true),
  /** Whether a truncation at 0 ms is accepted. */
  truncateAtZero: z.boolean().default(true),
});
export type Behaviour = z.infer<typeof behaviour>;
