/** What a caller gets when there is no receptionist: a person, the voicemail, or an apology. */
import type { Fallback } from '@frontdesk/contracts/business-profile/agent-profile';
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { dialTwiml, sayAndHangupTwiml, voicemailTwiml } from '@frontdesk/telephony';
import type { Context } from '../context.ts';
import { RECORDING_TOKEN_TTL_MS } from '../domain/call-token.ts';
import { CONNECTING, CUT_OFF, CUT_OFF_CALLBACK, NOTHING_RECORDED } from '../domain/spoken.ts';
import { dialedUrl, recordedUrl, recordingStoredUrl } from '../domain/urls.ts';

const DIAL_TIMEOUT_SECONDS = 20;
const VOICEMAIL_SECONDS = 120;

export interface Party {
  entry: DirectoryEntry;
  callSid: string;
  from: string | null;
}

/** A conversation that cannot go on ends as the business wants it. */
export function fallBack(context: Context, party: Party, fallback: Fallback, greeting: string): string {
  switch (fallback.kind) {
    case 'human':
      return personTwiml(context, fallback.number);
    case 'voicemail':
      return messageTwiml(context, party, greeting);
    case 'apology':
      return apologyTwiml(context, party);
    default:
      return fallback satisfies never;
  }
}

/** Rings a person of the business; nobody there leads to the voicemail. */
export function personTwiml({ config }: Context, number: string): string {
  return dialTwiml({
    text: CONNECTING,
    number,
    timeoutSeconds: DIAL_TIMEOUT_SECONDS,
    dialedUrl: dialedUrl(config.publicUrl),
  });
}

/** Takes a message; the business learns of it when Twilio has stored the recording. */
export function messageTwiml(context: Context, { entry, callSid, from }: Party, greeting: string): string {
  const { config, keyRing, recordingTokens, clock } = context;
  const token = recordingTokens.sign(
    {
      callSid,
      businessId: entry.businessId,
      to: entry.number,
      ...(from === null ? {} : { fromSealed: keyRing.encrypt(from, callSid) }),
    },
    RECORDING_TOKEN_TTL_MS,
    clock.now(),
  );
  return voicemailTwiml({
    greeting,
    recordedUrl: recordedUrl(config.publicUrl),
    recordingStatusUrl: recordingStoredUrl(config.publicUrl, token),
    maxLengthSeconds: VOICEMAIL_SECONDS,
    lastWords: NOTHING_RECORDED,
  });
}

/** Says sorry and promises a call, where there is a number to call. */
export function apologyTwiml({ events }: Context, { entry, callSid, from }: Party): string {
  if (from === null) return sayAndHangupTwiml(CUT_OFF);
  events.callbackPromised(entry.businessId, { callSid, from, to: entry.number, reason: 'cut_off' });
  return sayAndHangupTwiml(CUT_OFF_CALLBACK);
}
