/**
 * The TwiML documents this system answers with, written by Twilio's own package so that escaping and verb names are
 * right by construction.
 */
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';

/**
 * Connects the call to a media stream. Twilio follows the redirect when our side closes the socket with a close frame;
 * without a verb after `<Connect>` the call would end there.
 *
 * @param streamUrl `wss:` and without a query: Twilio refuses or drops one
 * @param continueUrl absolute; asked for what comes next
 */
export function connectStreamTwiml({ streamUrl, continueUrl }: { streamUrl: string; continueUrl: string }): string {
  const response = new VoiceResponse();
  response.connect().stream({ url: streamUrl });
  response.redirect({ method: 'POST' }, continueUrl);
  return response.toString();
}

/** Says one thing and hangs up. */
export function sayAndHangupTwiml(text: string): string {
  const response = new VoiceResponse();
  response.say(legible(text));
  response.hangup();
  return response.toString();
}

export function hangupTwiml(): string {
  const response = new VoiceResponse();
  response.hangup();
  return response.toString();
}

/**
 * One round of waiting: says where the caller stands, waits, listens for a key all the while, and comes back.
 *
 * @param pollUrl absolute; gets the key in `Digits`, or nothing when none was pressed
 */
export function holdTwiml({
  text,
  pauseSeconds,
  pollUrl,
}: {
  text: string;
  pauseSeconds: number;
  pollUrl: string;
}): string {
  const response = new VoiceResponse();
  const gather = response.gather({ input: ['dtmf'], numDigits: 1, timeout: 1, action: pollUrl, method: 'POST' });
  gather.say(legible(text));
  gather.pause({ length: pauseSeconds });
  response.redirect({ method: 'POST' }, pollUrl);
  return response.toString();
}

/**
 * Connects the caller to a person.
 *
 * @param dialedUrl absolute; told how that went, also when nobody answered
 */
export function dialTwiml(dial: { text: string; number: string; timeoutSeconds: number; dialedUrl: string }): string {
  const response = new VoiceResponse();
  response.say(legible(dial.text));
  response.dial({ action: dial.dialedUrl, method: 'POST', timeout: dial.timeoutSeconds }).number(dial.number);
  return response.toString();
}

/**
 * Asks for a message and records it. When nothing is said, the last words are.
 *
 * @param recordedUrl absolute; gets the recording. Without it Twilio would fetch this document again and again
 * @param recordingStatusUrl absolute; told when the recording can be fetched
 */
export function voicemailTwiml(voicemail: {
  greeting: string;
  recordedUrl: string;
  recordingStatusUrl?: string;
  maxLengthSeconds?: number;
  lastWords?: string;
}): string {
  const response = new VoiceResponse();
  response.say(legible(voicemail.greeting));
  response.record({
    action: voicemail.recordedUrl,
    method: 'POST',
    maxLength: voicemail.maxLengthSeconds ?? 120,
    playBeep: true,
    ...(voicemail.recordingStatusUrl ? { recordingStatusCallback: voicemail.recordingStatusUrl } : {}),
  });
  if (voicemail.lastWords !== undefined) {
    response.say(legible(voicemail.lastWords));
    response.hangup();
  }
  return response.toString();
}

/** Texts come from businesses; a character XML 1.0 cannot hold would make Twilio drop the whole document. */
function legible(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ');
}
