/** The session object: its defaults, and what an update changes in it. */
import type { AudioFormat, SessionParams, Tool, TurnDetection } from './params.ts';
import { turnDetection } from './params.ts';
import { RefusedEvent } from './refusal.ts';

export interface Settings {
  instructions: string;
  output_modalities: ('audio' | 'text')[];
  audio: {
    input: {
      format: AudioFormat;
      noise_reduction: { type: 'near_field' | 'far_field'; strength?: number } | null;
      transcription: NonNullable<NonNullable<NonNullable<SessionParams['audio']>['input']>['transcription']> | null;
      turn_detection: TurnDetection | null;
    };
    output: {
      format: AudioFormat;
      voice: NonNullable<NonNullable<NonNullable<SessionParams['audio']>['output']>['voice']>;
      speed: number;
    };
  };
  tools: Tool[];
  tool_choice: NonNullable<SessionParams['tool_choice']>;
  max_output_tokens: number | 'inf';
  truncation: NonNullable<SessionParams['truncation']>;
  tracing: SessionParams['tracing'] | null;
  include: SessionParams['include'] | null;
}

export function defaultSettings(): Settings {
  return {
    instructions: 'You are a helpful, witty, and friendly AI.',
    output_modalities: ['audio'],
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24_000 },
        noise_reduction: null,
        transcription: null,
        turn_detection: turnDetection.parse({ type: 'server_vad' }),
      },
      output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
    },
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    truncation: 'auto',
    tracing: null,
    include: null,
  };
}

function definedOnly<Value extends object>(value: Value | undefined): Partial<Value> {
  const entries = Object.entries(value ?? {}).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as Partial<Value>;
}

/**
 * The settings after an update. Only what it names changes, and a refused update changes nothing.
 * @param state what forbids some changes: the model of the URL, and whether the model has spoken already
 * @throws RefusedEvent
 */
export function updateSettings(
  current: Settings,
  update: SessionParams,
  state: { model: string; hasSpoken: boolean },
): Settings {
  if (update.type !== 'realtime') {
    const message = 'Passing a transcription session update event to a realtime session is not allowed.';
    throw new RefusedEvent('invalid_value', message, 'session.type');
  }
  if (update.model !== undefined && update.model !== state.model) {
    throw new RefusedEvent('invalid_value', 'The model of a session cannot be changed.', 'session.model');
  }
  const voice = update.audio?.output?.voice;
  if (state.hasSpoken && voice !== undefined && JSON.stringify(voice) !== JSON.stringify(current.audio.output.voice)) {
    throw new RefusedEvent(
      'cannot_update_voice',
      "Cannot update a conversation's voice if assistant audio is present.",
      'session.audio.output.voice',
    );
  }
  for (const side of ['input', 'output'] as const) {
    if (update.audio?.[side]?.format?.type === 'audio/pcma') {
      throw new RefusedEvent(
        'invalid_value',
        'This simulator does not speak A-law.',
        `session.audio.${side}.format.type`,
      );
    }
  }
  const { type: _type, model: _model, audio, reasoning: _reasoning, parallel_tool_calls: _parallel, ...rest } = update;
  return {
    ...current,
    ...definedOnly(rest),
    audio: {
      input: { ...current.audio.input, ...definedOnly(audio?.input) },
      output: { ...current.audio.output, ...definedOnly(audio?.output) },
    },
  };
}
