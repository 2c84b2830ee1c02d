/** What a frame of the telephone's audio looks like on the model's socket, and back. */
import type { AgentProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { createPcm24kReader, muLawToPcm24k } from '@frontdesk/telephony';

/** Base64 in, base64 out; the caller's as the bytes of the text. */
export interface AudioWire {
  toModel(muLaw: Buffer): Buffer;
  /** @returns nothing while a piece is too short to be a sample */
  fromModel(itemId: string, audio: string): string | undefined;
}

/** G.711 is the telephone's own: it passes untouched. */
const g711: AudioWire = { toModel: (muLaw) => muLaw, fromModel: (_itemId, audio) => audio };

export function audioWire(format: AgentProfile['audio']): AudioWire {
  if (format === 'g711') return g711;
  let reading = { itemId: '', read: createPcm24kReader() };
  return {
    toModel: (muLaw) => Buffer.from(muLawToPcm24k(Buffer.from(muLaw.toString('latin1'), 'base64')).toString('base64')),
    fromModel(itemId, audio) {
      // Half a sample left of one item is no part of the next.
      if (reading.itemId !== itemId) reading = { itemId, read: createPcm24kReader() };
      const muLaw = reading.read(Buffer.from(audio, 'base64'));
      return muLaw.length === 0 ? undefined : muLaw.toString('base64');
    },
  };
}
