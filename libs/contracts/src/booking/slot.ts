/** A free time of one resource for one service. Bridges show the model short handles (`s1`, `s2`) in its place. */
import { z } from 'zod';
import { instant } from '../ids.ts';

export const slotRef = z.object({ serviceId: z.uuid(), resourceId: z.uuid(), startsAt: instant });
export type SlotRef = z.infer<typeof slotRef>;

export const slot = z.object({
  ...slotRef.shape,
  endsAt: instant,
  serviceName: z.string(),
  resourceName: z.string(),
  /** How a person says it, in the business's zone: "Thursday, December 3 at 2:30 PM". */
  spoken: z.string(),
});
export type Slot = z.infer<typeof slot>;

export const partOfDay = z.enum(['any', 'morning', 'afternoon', 'evening']);
export const dayWanted = z.enum([
  'any',
  'today',
  'tomorrow',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]);
export const weekWanted = z.enum(['any', 'this', 'next']);
