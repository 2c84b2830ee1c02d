/**
 * What Twilio sends over a media stream, as its documentation of Media Streams describes it.
 *
 * Exchange: `connected`, then `start`, then `media` every 20 ms, with `dtmf` and `mark` among them, and `stop` when
 * Twilio ends the stream. When our side closes the socket there is no `stop`.
 *
 * Gotchas:
 * - every counter is a string of digits, never a number;
 * - `connected` has neither sequenceNumber nor streamSid;
 * - dtmf names its track `inbound_track`, media names the same one `inbound`;
 * - new fields appear without notice, so unknown ones are dropped, not refused.
 *
 * Invariant: whatever passes these schemas is safe to splice into JSON text, because ids, counters and payloads are
 * held to their alphabets.
 */
import { callSid } from '@frontdesk/contracts/ids';
import { z } from 'zod';

const counter = z.string().regex(/^\d{1,15}$/, 'must be a decimal counter');

export const streamSid = z.string().regex(/^MZ[0-9a-f]{32}$/, 'must be a StreamSid: MZ and 32 hexadecimal digits');

const accountSid = z.string().regex(/^AC[0-9a-f]{32}$/, 'must be an AccountSid: AC and 32 hexadecimal digits');

/** Padded base64. Twilio sends no empty frames. */
const payload = z.base64().min(4);

const connected = z.object({ event: z.literal('connected'), protocol: z.literal('Call'), version: z.string() });

const start = z
  .object({
    event: z.literal('start'),
    sequenceNumber: counter,
    streamSid,
    start: z.object({
      streamSid,
      accountSid,
      callSid,
      tracks: z.array(z.enum(['inbound', 'outbound'])),
      mediaFormat: z.object({
        encoding: z.literal('audio/x-mulaw'),
        sampleRate: z.literal(8000),
        channels: z.literal(1),
      }),
      customParameters: z.record(z.string(), z.string()).default({}),
    }),
  })
  .refine((message) => message.streamSid === message.start.streamSid, 'both streamSids must be the same');

const media = z.object({
  event: z.literal('media'),
  sequenceNumber: counter,
  streamSid,
  media: z.object({ track: z.enum(['inbound', 'outbound']), chunk: counter, timestamp: counter, payload }),
});

const dtmf = z.object({
  event: z.literal('dtmf'),
  sequenceNumber: counter,
  streamSid,
  dtmf: z.object({ track: z.string(), digit: z.string().regex(/^[0-9A-D*#]$/, 'must be one key') }),
});

const mark = z.object({
  event: z.literal('mark'),
  sequenceNumber: counter,
  streamSid,
  mark: z.object({ name: z.string() }),
});

const stop = z.object({
  event: z.literal('stop'),
  sequenceNumber: counter,
  streamSid,
  stop: z.object({ accountSid, callSid }),
});

export const streamMessage = z.discriminatedUnion('event', [connected, start, media, dtmf, mark, stop]);

export type StreamMessage = z.infer<typeof streamMessage>;
export type StartMessage = z.infer<typeof start>;
export type MediaMessage = z.infer<typeof media>;
export type MarkMessage = z.infer<typeof mark>;

/** A legible message; one of an event this release does not know; or one that breaks its schema, with the paths that do. */
export type ParsedStreamMessage = StreamMessage | { event: 'unknown' } | { event: 'malformed'; reason: string };

const knownEvents = new Set<string>(['connected', 'start', 'media', 'dtmf', 'mark', 'stop']);

/** Reads any JSON value against the schemas. The reason names paths only: a frame holds audio and must not reach a log. */
export function readStreamMessage(json: unknown): ParsedStreamMessage {
  const parsed = streamMessage.safeParse(json);
  if (parsed.success) return parsed.data;
  const event = z.object({ event: z.string() }).safeParse(json);
  if (event.success && !knownEvents.has(event.data.event)) return { event: 'unknown' };
  const paths = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || '(message)'));
  return { event: 'malformed', reason: `not as documented: ${[...paths].join(', ')}` };
}
