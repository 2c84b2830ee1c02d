/** `response.output_audio.delta`: nearly all of it is base64, which goes to the caller as it came. */
import { z } from 'zod';

/** The alphabet only: what passes may be put between quotes in JSON without escaping. */
export const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const audioDelta = z.object({
  type: z.literal('response.output_audio.delta'),
  event_id: z.string().default(''),
  response_id: z.string(),
  item_id: z.string(),
  output_index: z.int().min(0),
  content_index: z.int().min(0),
  /** Base64 of audio in the session's output format. */
  delta: z.string().regex(BASE64),
});
export type AudioDelta = z.infer<typeof audioDelta>;
