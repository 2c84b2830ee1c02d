/** Everything about Twilio that is bytes and rules. No sockets, no clock. */

export { type CallStatus, type CallStatusCallback, parseCallStatus } from './call-status.ts';
export type { FormParams } from './form-params.ts';
export { base64Bytes, base64BytesAt, MULAW_BYTES_PER_MS, MULAW_SILENCE, muLawDurationMs, silence } from './g711.ts';
export { looksLikeMark, looksLikeMedia, readMaskedMedia, unmasked } from './masked-frame.ts';
export { type MediaFrame, readMediaFrame } from './media-frame.ts';
export { createMediaLane } from './media-lane.ts';
export { createPcm24kReader, muLawToPcm24k } from './pcm16.ts';
export { createPlaybackLedger, type InterruptedItem, type PlaybackLedger } from './playback-ledger.ts';
export { isSignedUpgrade, isSignedWebhook } from './signature.ts';
export { nationalDigits, readSpokenNumber } from './spoken-number.ts';
export { clearMessage, markMessage, mediaMessage, parseStreamMessage } from './stream-codec.ts';
export type { MediaMessage, ParsedStreamMessage, StartMessage, StreamMessage } from './stream-message.ts';
export {
  connectStreamTwiml,
  dialTwiml,
  hangupTwiml,
  holdTwiml,
  sayAndHangupTwiml,
  voicemailTwiml,
} from './twiml.ts';
export { parseVoiceWebhook, type VoiceWebhook } from './voice-webhook.ts';
