/** The parameters of a session and of a response, as the GA protocol takes them. What a client leaves out stays as it was. */
import { z } from 'zod';

export const VOICES = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
] as const;

const voice = z.union([z.enum(VOICES), z.strictObject({ id: z.string() })]);
const audioFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000).optional() }),
  z.strictObject({ type: z.literal('audio/pcmu') }),
  z.strictObject({ type: z.literal('audio/pcma') }),
]);

const responds = { create_response: z.boolean().default(true), interrupt_response: z.boolean().default(true) };
export const turnDetection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).default(0.5),
    prefix_padding_ms: z.int().min(0).default(300),
    // Documented as 500; a session left to its defaults was seen with 200.
    silence_duration_ms: z.int().min(0).default(200),
    idle_timeout_ms: z.int().min(5000).max(30_000).nullable().default(null),
    ...responds,
  }),
  z.strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto'),
    ...responds,
  }),
]);
export type TurnDetection = z.infer<typeof turnDetection>;

const transcription = z.strictObject({
  model: z.enum([
    'whisper-1',
    'gpt-transcribe',
    'gpt-live-transcribe',
    'gpt-4o-mini-transcribe',
    'gpt-4o-transcribe',
    'gpt-4o-transcribe-diarize',
    'gpt-realtime-whisper',
  ]),
  language: z.string().optional(),
  languages: z.array(z.string()).optional(),
  prompt: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

const tool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected letters, digits, underscores and dashes'),
  description: z.string().optional(),
  parameters: z.looseObject({ type: z.literal('object') }).optional(),
});

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
]);
const modalities = z.array(z.enum(['audio', 'text'])).length(1, 'supported combinations are: [audio] and [text]');
const maxOutputTokens = z.union([z.literal('inf'), z.int().min(1).max(4096)]);
const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional() });

/** `session` of a session.update. */
export const sessionParams = z.strictObject({
  type: z.enum(['realtime', 'transcription']),
  model: z.string().optional(),
  output_modalities: modalities.optional(),
  instructions: z.string().optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: audioFormat.optional(),
          noise_reduction: z
            .strictObject({ type: z.enum(['near_field', 'far_field']), strength: z.number().optional() })
            .nullable()
            .optional(),
          transcription: transcription.nullable().optional(),
          turn_detection: turnDetection.nullable().optional(),
        })
        .optional(),
      output: z
        .strictObject({
          format: audioFormat.optional(),
          voice: voice.optional(),
          speed: z.number().min(0.25).max(1.5).optional(),
        })
        .optional(),
    })
    .optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  max_output_tokens: maxOutputTokens.optional(),
  truncation: z
    .union([
      z.enum(['auto', 'disabled']),
      z.strictObject({
        type: z.literal('retention_ratio'),
        retention_ratio: z.number().min(0).max(1),
        token_limits: z.looseObject({}).optional(),
      }),
    ])
    .optional(),
  tracing: z
    .union([z.literal('auto'), z.looseObject({})])
    .nullable()
    .optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).optional(),
  reasoning: reasoning.optional(),
  parallel_tool_calls: z.boolean().optional(),
});
export type SessionParams = z.infer<typeof sessionParams>;

/** `response` of a response.create. */
export function responseParams<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    instructions: z.string().optional(),
    tools: z.array(tool).optional(),
    tool_choice: toolChoice.optional(),
    output_modalities: modalities.optional(),
    audio: z
      .strictObject({
        output: z.strictObject({ format: audioFormat.optional(), voice: voice.optional() }).optional(),
      })
      .optional(),
    conversation: z.enum(['auto', 'none']).optional(),
    input: z.array(z.union([item, z.strictObject({ type: z.literal('item_reference'), id: z.string() })])).optional(),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .refine((pairs) => Object.keys(pairs).length <= 16, 'expected at most 16 pairs')
      .nullable()
      .optional(),
    max_output_tokens: maxOutputTokens.optional(),
    reasoning: reasoning.optional(),
    parallel_tool_calls: z.boolean().optional(),
  });
}
export type AudioFormat = z.infer<typeof audioFormat>;
export type Tool = z.infer<typeof tool>;
