/** Opening hours in words, and whether the business is open at a moment. Wall-clock time of the business's zone. */
import type { OpeningHours } from '@frontdesk/contracts/business-profile/agent-profile';
import { spokenTimeOfDay } from './spoken-time.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** One line per weekday. */
export function openingHoursLines(hours: OpeningHours): string[] {
  return weekdays.map((name, index) => {
    const ranges = hours.weekly
      .filter((range) => range.weekday === index + 1)
      .sort((a, b) => a.opens.localeCompare(b.opens))
      .map((range) => `${spokenTimeOfDay(range.opens)} to ${spokenTimeOfDay(range.closes)}`);
    return `${name}: ${ranges.length > 0 ? ranges.join(' and ') : 'closed'}`;
  });
}

/** A range that closes before it opens lasts past midnight. */
export function isOpen(hours: OpeningHours, now: Temporal.Instant, timeZone: string): boolean {
  const local = now.toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return hours.weekly.some(({ weekday, opens, closes }) => {
    if (opens < closes) return isWorkday(hours, local, weekday) && opens <= time && time < closes;
    const yesterday = local.subtract({ days: 1 });
    return (
      (isWorkday(hours, local, weekday) && opens <= time) || (isWorkday(hours, yesterday, weekday) && time < closes)
    );
  });
}

function isWorkday(hours: OpeningHours, day: Temporal.ZonedDateTime, weekday: number): boolean {
  const date = day.toPlainDate().toString();
  return day.dayOfWeek === weekday && !hours.holidays.some((holiday) => holiday.date === date);
}
