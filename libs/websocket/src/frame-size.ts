/** Lengths of WebSocket frames (RFC 6455 §5.2), read from a byte stream that may end anywhere. */

/** The header is not all here yet. */
export const NEED_MORE = -1;

/** Length of the frame that begins at `at`, header included, or NEED_MORE. */
export function frameSize(bytes: Buffer, at: number): number {
  if (bytes.length - at < 2) return NEED_MORE;
  const second = bytes[at + 1] ?? 0;
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  if (short < 126) return 2 + mask + short;
  if (short === 126) return bytes.length - at < 4 ? NEED_MORE : 4 + mask + bytes.readUInt16BE(at + 2);
  return bytes.length - at < 10 ? NEED_MORE : 10 + mask + Number(bytes.readBigUInt64BE(at + 2));
}
