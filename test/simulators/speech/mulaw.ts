/**
 * G.711 µ-law as far as simulated speech needs it: 8000 bytes per second, 8 bytes per millisecond.
 * The simulators keep a codec of their own, so that they cannot share a mistake with the code under test.
 */
export const BYTES_PER_MS = 8;

const BIAS = 0x84;
const CLIP = 32_635;

/** One 16-bit linear sample as a µ-law byte. */
export function linearToMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/** One µ-law byte as a 16-bit linear sample. */
export function muLawToLinear(byte: number): number {
  const bits = ~byte & 0xff;
  const exponent = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << exponent) - BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
}

const POWER = Float64Array.from({ length: 256 }, (_, byte) => muLawToLinear(byte) ** 2);

/** About −36 dB of full scale: above line noise, well below the quietest moment of simulated speech. */
const AUDIBLE_RMS = 300;

/** Root mean square of a stretch of audio, in 16-bit linear units; 0 for none. */
export function rms(audio: Uint8Array): number {
  if (audio.length === 0) return 0;
  let power = 0;
  for (const byte of audio) power += POWER[byte] ?? 0;
  return Math.sqrt(power / audio.length);
}

/** Whether somebody listening would hear anything in this stretch of audio: energy, whatever words it carries. */
export function isAudible(frame: Uint8Array): boolean {
  return rms(frame) >= AUDIBLE_RMS;
}
