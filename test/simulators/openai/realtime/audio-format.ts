/**
 * Between the µ-law that carries words and what a session asked for. PCM16 at 24 kHz holds each µ-law sample three
 * times, so that a path that does not touch the samples brings every word back bit-exact.
 */
import { linearToMuLaw, muLawToLinear } from '../../speech/mulaw.ts';
import type { AudioFormat } from './params.ts';

const REPEATED = 3;
const NEGATIVE_ZERO = 0x7f;

export function toWire(muLaw: Uint8Array, format: AudioFormat): Buffer {
  if (format.type !== 'audio/pcm') return Buffer.from(muLaw.buffer, muLaw.byteOffset, muLaw.length);
  const pcm = Buffer.alloc(muLaw.length * 2 * REPEATED);
  muLaw.forEach((byte, index) => {
    // Linear zero has one µ-law byte only; the other one becomes the smallest negative sample.
    const sample = byte === NEGATIVE_ZERO ? -1 : muLawToLinear(byte);
    for (let copy = 0; copy < REPEATED; copy += 1) pcm.writeInt16LE(sample, (index * REPEATED + copy) * 2);
  });
  return pcm;
}

/** Reads a stream that may be cut anywhere: bytes of an unfinished sample wait for the next chunk. */
export function createWireReader(): (wire: Buffer, format: AudioFormat) => Uint8Array {
  let rest = Buffer.alloc(0);
  return (wire, format) => {
    if (format.type !== 'audio/pcm') return wire;
    const pcm = Buffer.concat([rest, wire]);
    const samples = Math.floor(pcm.length / (2 * REPEATED));
    rest = pcm.subarray(samples * 2 * REPEATED);
    return Uint8Array.from({ length: samples }, (_, index) => linearToMuLaw(pcm.readInt16LE(index * 2 * REPEATED)));
  };
}
