/** What a frame of the telephone's audio looks like on the model's socket, and back. */
import type { AgentProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { createPcm24kReader, muLawToPcm24k } from '@frontdesk/telephony';
import type { Ear } from '../../domain/voice-engine.ts';

/** Base64 in, base64 out. */
export interface AudioWire {
  /** @returns what sends along the connection what the caller says */
  toModel(connection: Ear): Ear;
  /** @returns nothing while a piece is too short to be a sample */
  fromModel(itemId: string, audio: string): string | undefined;
}

/** G.711 is the telephone's own: it passes untouched. */
const g711: AudioWire = {
  toModel: (connection) => connection,
  fromModel: (_itemId, audio) => audio,
};

export function audioWire(format: AgentProfile['audio']): AudioWire {
  if (format === 'g711') return g711;
  let reading = { itemId: '', read: createPcm24kReader() };
  return {
    toModel: (connection) => ({
      appendAudio(bytes, from, to) {
        const muLaw = Buffer.from(bytes.toString('latin1', from, to), 'base64');
        const base64 = Buffer.from(muLawToPcm24k(muLaw).toString('base64'));
        return connection.appendAudio(base64, 0, base64.length);
      },
    }),
    fromModel(itemId, audio) {
      // Half a sample left of one item is no part of the next.
      if (reading.itemId !== itemId) reading = { itemId, read: createPcm24kReader() };
      const muLaw = reading.read(Buffer.from(audio, 'base64'));
      return muLaw.length === 0 ? undefined : muLaw.toString('base64');
    },
  };
}
