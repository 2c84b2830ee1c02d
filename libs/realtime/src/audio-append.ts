/**
 * The caller's audio on its way to the model, fifty times a second per call: bytes in, bytes out, nothing in between is
 * made a text. They are held to the base64 alphabet while they are copied, so that whatever a line carries, no JSON of
 * its own gets into the message.
 */

const BEFORE = Buffer.from('{"type":"input_audio_buffer.append","audio":"');
const AFTER = Buffer.from('"}');
const PADDING = '='.charCodeAt(0);

/** 1 where the byte is a letter of the base64 alphabet. */
const ALPHABET = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) ALPHABET[byte] = 1;

/**
 * @param base64 the bytes of the text, in the session's input format
 * @returns the whole message; undefined when the bytes are not base64
 */
export function appendMessage(base64: Uint8Array): Buffer | undefined {
  const from = BEFORE.length;
  const { length } = base64;
  const message = Buffer.allocUnsafe(from + length + AFTER.length);
  let letters = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = base64[at] ?? 0;
    if (ALPHABET[byte] === 1) letters += 1;
    else if (byte !== PADDING) return undefined;
    message[from + at] = byte;
  }
  if (!endsInPadding(base64, letters)) return undefined;
  message.set(BEFORE);
  message.set(AFTER, from + length);
  return message;
}

/** What is no letter is padding by now: two at most, and at the end. */
function endsInPadding(base64: Uint8Array, letters: number): boolean {
  for (let at = letters; at < base64.length; at += 1) if (base64[at] !== PADDING) return false;
  return base64.length - letters <= 2;
}
