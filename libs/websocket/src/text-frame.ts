/** One unmasked text frame (RFC 6455 §5.2), as a server sends it. */

const FIN_TEXT = 0x81;
const MOST_IN_16_BITS = 65_535;

/** @param text Latin-1, as JSON of base64 and ids is */
export function textFrame(text: string): Buffer {
  const frame = emptyFrame(text.length);
  frame.write(text, frame.length - text.length, 'latin1');
  return frame;
}

/** `textFrame` of three texts joined, without joining them: the middle one is most of what is sent. */
export function textFrameAround(before: string, text: string, after: string): Buffer {
  const frame = emptyFrame(before.length + text.length + after.length);
  frame.write(after, frame.length - after.length, 'latin1');
  frame.write(text, frame.length - after.length - text.length, 'latin1');
  frame.write(before, frame.length - after.length - text.length - before.length, 'latin1');
  return frame;
}

function emptyFrame(length: number): Buffer {
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
  return frame;
}
