/** One unmasked text frame (RFC 6455 §5.2), as a server sends it. */

const FIN_TEXT = 0x81;
const MOST_IN_16_BITS = 65_535;

/** @param text Latin-1, as JSON of base64 and ids is */
export function textFrame(text: string): Buffer {
  const { length } = text;
  const header = length < 126 ? 2 : length <= MOST_IN_16_BITS ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FIN_TEXT;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header, 'latin1');
  return frame;
}
