let second = 0;
let secondText = '';

/**
 * The time field of a log line. Like pino's own, which makes a date of every line; most lines come in the same second as the
 * one before.
 */
export function isoTime(): string {
  const now = Date.now();
  const ms = now % 1_000;
  if (now - ms !== second) {
    second = now - ms;
    secondText = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  return `,"time":"${secondText}${String(ms).padStart(3, '0')}Z"`;
}
