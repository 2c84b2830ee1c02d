/** The time of a log line. All lines of a second begin alike, and making an instant's text anew is a third of a line. */
const SECOND_MS = 1_000;

let begun = { second: Number.NaN, text: '' };

/** `,"time":"2026-11-28T22:44:12.320Z"`, as pino wants it: the same as its own `isoTime`. */
export function timeField(epochMs = Date.now()): string {
  const second = Math.floor(epochMs / SECOND_MS);
  if (second !== begun.second) {
    const toSecond = new Date(second * SECOND_MS).toISOString().slice(0, -'000Z'.length);
    begun = { second, text: `,"time":"${toSecond}` };
  }
  return `${begun.text}${String(epochMs - second * SECOND_MS).padStart(3, '0')}Z"`;
}
