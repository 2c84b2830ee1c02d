/**
 * What the system may send over a media socket, as strictly as Twilio reads it: text frames only, exactly the
 * documented fields, the stream's own sid. Anything else is a warning, logged once per stream, and ignored.
 */
import { z } from 'zod';
import { TwilioError } from './twiml-error.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const outbound = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('media'),
    streamSid: z.string(),
    media: z.strictObject({ payload: z.string().min(1).regex(base64, 'must be base64') }),
  }),
  z.strictObject({
    event: z.literal('mark'),
    streamSid: z.string(),
    mark: z.strictObject({ name: z.string().min(1) }),
  }),
  z.strictObject({ event: z.literal('clear'), streamSid: z.string() }),
]);

export type OutboundMessage =
  | { event: 'media'; audio: Uint8Array }
  | { event: 'mark'; name: string }
  | { event: 'clear' };

/** @throws TwilioError 31950 or 31951 */
export function readOutbound(data: Buffer, isBinary: boolean, streamSid: string): OutboundMessage {
  if (isBinary) throw new TwilioError(31950, 'binary message on a media stream');
  let json: unknown;
  try {
    json = JSON.parse(data.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new TwilioError(31951, 'message is not JSON');
    throw error;
  }
  const parsed = outbound.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`);
    throw new TwilioError(31951, `invalid message: ${wrong.join('; ')}`);
  }
  const message = parsed.data;
  if (message.streamSid !== streamSid) throw new TwilioError(31951, 'message is for another streamSid');
  if (message.event === 'mark') return { event: 'mark', name: message.mark.name };
  if (message.event === 'clear') return { event: 'clear' };
  const audio = Buffer.from(message.media.payload, 'base64');
  if (audio.subarray(0, 4).toString('latin1') === 'RIFF')
    throw new TwilioError(31951, 'audio must have no file header');
  return { event: 'media', audio };
}
