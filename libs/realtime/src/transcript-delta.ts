/** `response.output_audio_transcript.delta`: a few of the words that the audio beside it says. */
import { z } from 'zod';

export const transcriptDelta = z.object({
  type: z.literal('response.output_audio_transcript.delta'),
  event_id: z.string().default(''),
  response_id: z.string(),
  item_id: z.string(),
  output_index: z.int().min(0),
  content_index: z.int().min(0),
  delta: z.string(),
});
export type TranscriptDelta = z.infer<typeof transcriptDelta>;
