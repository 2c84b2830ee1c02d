/**
 * The session's configuration in its GA shape.
 *
 * Gotchas
 * - `type` is required. The model belongs to the URL and cannot be changed.
 * - An update changes only the fields it names, so everything a call depends on is named here: `silence_duration_ms`
 *   for one is documented as 500 by default and was seen to be 200.
 * - The voice is locked after the first audio; an update that names another voice is refused whole.
 * - GA has no temperature.
 */

export interface FunctionTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments: an object. */
  parameters: Record<string, unknown>;
}

export type TurnDetection =
  | {
      type: 'server_vad';
      /** 0–1: higher needs louder speech. */
      threshold: number;
      prefixPaddingMs: number;
      silenceDurationMs: number;
      /** 5000–30000: the model speaks up by itself after so much silence. */
      idleTimeoutMs?: number;
    }
  | { type: 'semantic_vad'; eagerness: 'low' | 'medium' | 'high' | 'auto' };

export interface SessionOptions {
  instructions: string;
  /** A built-in voice's name, or a custom voice's id. */
  voice: string | { id: string };
  /** 0.25–1.5; 1 when absent. */
  speed?: number;
  /** Null: the client commits turns and asks for responses itself. */
  turnDetection: TurnDetection | null;
  /** Whether the server answers each of the caller's turns by itself; true when absent. */
  createResponse?: boolean;
  /** Whether the caller's voice ends the response being generated; true when absent. */
  interruptResponse?: boolean;
  /** Transcription of the caller; null for none. `vocabulary`: names, streets, products to expect. */
  transcription: { model: string; language?: string; prompt?: string; vocabulary?: readonly string[] } | null;
  noiseReduction: 'near_field' | 'far_field' | null;
  tools: readonly FunctionTool[];
  toolChoice?: 'auto' | 'none' | 'required';
  /** Both directions; G.711 µ-law when absent, which is what a telephone call brings. */
  audioFormat?: 'audio/pcmu' | 'audio/pcma' | 'audio/pcm';
  outputModality?: 'audio' | 'text';
  /** 1–4096, or `inf` (when absent). */
  maxOutputTokens?: number | 'inf';
}

function wireTurnDetection({ turnDetection, createResponse = true, interruptResponse = true }: SessionOptions) {
  if (turnDetection === null) return null;
  const common = { create_response: createResponse, interrupt_response: interruptResponse };
  if (turnDetection.type === 'semantic_vad') {
    return { type: 'semantic_vad' as const, eagerness: turnDetection.eagerness, ...common };
  }
  return {
    type: 'server_vad' as const,
    threshold: turnDetection.threshold,
    prefix_padding_ms: turnDetection.prefixPaddingMs,
    silence_duration_ms: turnDetection.silenceDurationMs,
    idle_timeout_ms: turnDetection.idleTimeoutMs ?? null,
    ...common,
  };
}

/** Models that take a list of words; the older ones take them in the prompt, and `gpt-realtime-whisper` takes neither. */
const TAKES_KEYWORDS: ReadonlySet<string> = new Set(['gpt-transcribe', 'gpt-live-transcribe']);

function wireTranscription(transcription: SessionOptions['transcription']) {
  if (transcription === null) return null;
  const { model, language, prompt, vocabulary = [] } = transcription;
  const base = { model, ...(language === undefined ? {} : { language }) };
  if (model === 'gpt-realtime-whisper') return base;
  const keywords = vocabulary.length > 0 && TAKES_KEYWORDS.has(model) ? { keywords: [...vocabulary] } : {};
  const inPrompt = vocabulary.length > 0 && !TAKES_KEYWORDS.has(model) ? [vocabulary.join(', ')] : [];
  const words = [...(prompt === undefined ? [] : [prompt]), ...inPrompt].join(' ');
  return { ...base, ...keywords, ...(words === '' ? {} : { prompt: words }) };
}

function wireFormat(format: SessionOptions['audioFormat'] = 'audio/pcmu') {
  return format === 'audio/pcm' ? { type: format, rate: 24_000 as const } : { type: format };
}

/** The `session` of a `session.update`, every field a call depends on named. */
export function sessionConfig(options: SessionOptions) {
  return {
    type: 'realtime' as const,
    output_modalities: [options.outputModality ?? ('audio' as const)],
    instructions: options.instructions,
    audio: {
      input: {
        format: wireFormat(options.audioFormat),
        noise_reduction: options.noiseReduction === null ? null : { type: options.noiseReduction },
        transcription: wireTranscription(options.transcription),
        turn_detection: wireTurnDetection(options),
      },
      output: { format: wireFormat(options.audioFormat), voice: options.voice, speed: options.speed ?? 1 },
    },
    tools: options.tools.map((tool) => ({ type: 'function' as const, ...tool })),
    tool_choice: options.toolChoice ?? ('auto' as const),
    max_output_tokens: options.maxOutputTokens ?? ('inf' as const),
    truncation: 'auto' as const,
  };
}

export type SessionConfig = ReturnType<typeof sessionConfig>;

/** Part of a session, to change one thing during a call: only what is named changes. */
export type SessionChange = { type: 'realtime' } & Partial<Omit<SessionConfig, 'type' | 'audio'>> & {
    audio?: { input?: Partial<SessionConfig['audio']['input']>; output?: Partial<SessionConfig['audio']['output']> };
  };
