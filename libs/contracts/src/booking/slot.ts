/** A free time of one resource for one service. Bridges show the model short handles (`s1`, `s2`) in its place. */
import { z } from 'zod';
import { instant } from '../ids.ts';

export const slotRef = z.object({
  serviceId: z.uuid(),
  /** Whom the customer meets. What else the service needs (a room, a vehicle) is chosen when it is booked. */
  resourceId: z.uuid(),
  startsAt: instant,
});
export type SlotRef = z.infer<typeof slotRef>;

export const slot = z.object({
  ...slotRef.shape,
  endsAt: instant,
  serviceName: z.string(),
  resourceName: z.string(),
  /** How a person says it, in the language asked for and the business's zone: "Thursday, December 3 at 2:30 PM". */
  spoken: z.string(),
});
export type Slot = z.infer<typeof slot>;

/** `first_thing` and `end_of_day` are the first and the last two hours of a working day, `lunchtime` is 11:30 to 13:30. */
export const partOfDay = z.enum(['any', 'first_thing', 'morning', 'lunchtime', 'afternoon', 'evening', 'end_of_day']);
export const weekdayWanted = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);
export const dayWanted = z.enum(['any', 'today', 'tomorrow', 'day_after_tomorrow', ...weekdayWanted.options]);
export const weekWanted = z.enum(['any', 'this', 'next', 'after_next']);
export const monthWanted = z.enum([
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]);
