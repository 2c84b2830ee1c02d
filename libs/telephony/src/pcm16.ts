/**
 * Between the telephone's G.711 µ-law (8000 samples a second) and linear PCM (16 bit, little endian, 24,000 a second),
 * for models that are to hear and speak that instead.
 *
 * Up: each sample three times. Down: the mean of three, a small low-pass whose first zero is at 8 kHz. Audio that only
 * passes through comes back bit for bit; µ-law's negative zero, which linear audio has not, travels as −1 for that.
 */

const TIMES = 3;
const BYTES_PER_SAMPLE = 2;
const BIAS = 0x84;
const CLIP = 32_635;
const NEGATIVE_ZERO = 0x7f;

const linear = Int16Array.from({ length: 256 }, (_, code) => (code === NEGATIVE_ZERO ? -1 : decode(code)));

/** @returns six bytes for each byte */
export function muLawToPcm24k(muLaw: Uint8Array): Buffer {
  const pcm = Buffer.allocUnsafe(muLaw.length * TIMES * BYTES_PER_SAMPLE);
  let at = 0;
  for (const code of muLaw) {
    const sample = linear[code] ?? 0;
    for (let copy = 0; copy < TIMES; copy += 1) at = pcm.writeInt16LE(sample, at);
  }
  return pcm;
}

/** A reader of one stretch of PCM that may be cut anywhere: what is not a whole µ-law sample waits for the next piece. */
export function createPcm24kReader(): (pcm: Uint8Array) => Buffer {
  let rest = Buffer.alloc(0);
  return (piece) => {
    const pcm =
      rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    const samples = Math.floor(pcm.length / (TIMES * BYTES_PER_SAMPLE));
    const muLaw = Buffer.allocUnsafe(samples);
    for (let index = 0; index < samples; index += 1) {
      const at = index * TIMES * BYTES_PER_SAMPLE;
      const sum = pcm.readInt16LE(at) + pcm.readInt16LE(at + 2) + pcm.readInt16LE(at + 4);
      muLaw[index] = encode(Math.round(sum / TIMES));
    }
    rest = Buffer.from(pcm.subarray(samples * TIMES * BYTES_PER_SAMPLE));
    return muLaw;
  };
}

/** ITU-T G.711: sign, three bits of exponent, four of mantissa, all inverted. */
function decode(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 7)) - BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
}

function encode(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}
