/**
 * The time a frame was sent, inside its audio: its first twelve bytes are chosen so that their base64 reads as a letter,
 * the number of the call and a time. Whoever passes base64 on untouched passes the stamp on, and nobody has to keep a
 * table of frames in flight. Times are of the machine's monotonic clock, which all processes share.
 */

/** V: the caller speaks. S: the caller is silent. M: the model speaks. G: the model's greeting, which waits for the stream. */
export type StampKind = 'V' | 'S' | 'M' | 'G';

export interface Stamp {
  kind: StampKind;
  call: number;
  sentAtUs: number;
}

export const STAMP_CHARS = 16;
/** More than eleven days of microseconds. */
const WRAP_US = 1e12;
const pattern = /^([VSMG])(\d{3})(\d{12})/;

/** Microseconds since some moment that is the same for every process of this machine. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1e6 + nanoseconds / 1e3) % WRAP_US;
}

export function writeStamp(kind: StampKind, call: number, sentAtUs: number): string {
  return kind + String(call).padStart(3, '0') + String(Math.floor(sentAtUs)).padStart(12, '0');
}

/** @returns undefined for audio that is not ours, such as silence that fills a gap */
export function readStamp(base64: string): Stamp | undefined {
  const [, letter, call, time] = pattern.exec(base64) ?? [];
  if (letter !== 'V' && letter !== 'S' && letter !== 'M' && letter !== 'G') return undefined;
  return { kind: letter, call: Number(call), sentAtUs: Number(time) };
}
