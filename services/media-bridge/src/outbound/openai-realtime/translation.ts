/**
 * Between the call's words and OpenAI Realtime's: commands become client events, server events become engine events.
 * A pure machine around the response queue, which alone decides when a `response.create` may be sent.
 *
 * Items are counted as done by `response.output_item.done`, because `output_audio.done` closes one content of possibly
 * several. Tool calls are taken from the finished item, which has their name; the response's own list catches those
 * whose item event was lost, and whoever runs them counts each once.
 */
import {
  addUsage,
  type ClientEvent,
  classifyError,
  commitAudio,
  createItem,
  createResponseQueue,
  deleteItem,
  type ErrorKind,
  functionCall,
  functionOutput,
  type Item,
  type ModelResponse,
  type NewItem,
  NO_USAGE,
  type QueueStep,
  type ResponseOptions,
  type ServerEvent,
  type ServerEventOf,
  type SessionOptions,
  sessionConfig,
  sessionUpdate,
  textItem,
  truncateItem,
  type UnknownEvent,
} from '@frontdesk/realtime';
import type {
  EngineCommand,
  EngineEvent,
  PastItem,
  ResponseFailure,
  ResponseStatus,
  SessionSettings,
} from '../../domain/voice-engine.ts';

export interface Step {
  send: ClientEvent[];
  events: EngineEvent[];
}

export interface Translation {
  command(command: EngineCommand, nowMs: number): Step;
  serverEvent(event: ServerEvent | UnknownEvent, nowMs: number): Step;
  /** Whether anything depends on events of this type now. */
  wants(type: string): boolean;
  /** To be called about every second. */
  tick(nowMs: number): Step;
}

const CONFIGURE = 'configure';
/** Echoed by the server in the response's metadata: other responses may come before the one that was asked for. */
const PURPOSE = 'frontdesk_purpose';
const GOODBYE = { [PURPOSE]: 'goodbye' };
/** The ends of a detected turn hold more than speech: what came before it, and the silence that ended it. */
type Padding = { beforeMs: number; afterMs: number };

/** Nothing in a call depends on these, nor does the log. */
const UNREAD: ReadonlySet<string> = new Set<ServerEvent['type']>([
  'conversation.item.deleted',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.truncated',
  'response.output_item.added',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_audio.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'rate_limits.updated',
]);

/** The server has an item. Of interest while a response is owed that is to have seen it. */
const CONFIRMATIONS: ReadonlySet<string> = new Set<ServerEvent['type']>([
  'conversation.item.added',
  'conversation.item.done',
]);

export function createTranslation(transcriptionModel: string): Translation {
  const queue = createResponseQueue({ serverResponds: true });
  let notes = 0;
  let padding: Padding | undefined;
  let spokenFrom: { itemId: string; ms: number } | undefined;

  function queued({ send, refused }: QueueStep, events: EngineEvent[] = []): Step {
    // For want of room here nothing was asked of the model.
    const byModel = refused.filter(({ reason }) => reason !== 'queue_full');
    return { send, events: [...events, ...byModel.map((): EngineEvent => ({ kind: 'refused' }))] };
  }

  /** Puts a note into the conversation, and wants a response that has seen it. */
  function noted(role: 'user' | 'system', text: string, nowMs: number): Step {
    notes += 1;
    const id = `note_${notes}`;
    const { send, refused } = queue.request({}, nowMs, id);
    return queued({ send: [createItem(textItem(role, text, id)), ...send], refused });
  }

  function speechStopped(itemId: string, endMs: number): EngineEvent {
    if (padding === undefined || spokenFrom?.itemId !== itemId) return { kind: 'speech_stopped', itemId };
    const speechMs = Math.max(0, endMs - spokenFrom.ms - padding.beforeMs - padding.afterMs);
    return { kind: 'speech_stopped', itemId, speechMs };
  }

  return {
    command(command, nowMs) {
      switch (command.kind) {
        case 'configure': {
          const { turnDetection: detection, turnTaking } = command.settings.agent;
          padding =
            detection.type === 'server_vad'
              ? { beforeMs: detection.prefixPaddingMs, afterMs: detection.silenceDurationMs }
              : undefined;
          queue.setServerResponds(turnTaking === 'server', nowMs);
          return only(sessionUpdate(sessionConfig(sessionOptions(command.settings, transcriptionModel)), CONFIGURE));
        }
        case 'update_instructions':
          return only(sessionUpdate({ type: 'realtime', instructions: command.instructions }));
        case 'respond':
          if (command.note !== undefined) return noted('system', command.note, nowMs);
          return queued(queue.request(wish(command), nowMs));
        case 'speak_over':
          return queued(queue.speakOver(nowMs));
        case 'cancel':
          return queued(queue.cancel());
        case 'answer_turn':
          return queued(queue.answerTurn(nowMs));
        case 'dismiss_turn':
          return queued(queue.dismissTurn(nowMs));
        case 'truncate':
          return only(truncateItem(command.itemId, command.heardMs, command.contentIndex));
        case 'forget':
          return only(deleteItem(command.itemId));
        case 'tool_output': {
          const { toolCallId: callId, output, answer } = command;
          return queued(queue.functionOutputs([{ callId, output }], nowMs, answer));
        }
        case 'note':
          return noted('user', command.text, nowMs);
        case 'finish_hearing':
          return only(commitAudio());
        case 'restore':
          return { send: command.items.flatMap(pastItem).map((item) => createItem(item)), events: [] };
        default:
          return command satisfies never;
      }
    },
    serverEvent(event, nowMs) {
      if (isPiece(event)) return { send: [], events: [pieceOf(event)] };
      if (event.type === 'input_audio_buffer.speech_started') {
        spokenFrom = { itemId: event.item_id, ms: event.audio_start_ms };
      }
      const events =
        event.type === 'input_audio_buffer.speech_stopped'
          ? [speechStopped(event.item_id, event.audio_end_ms)]
          : engineEvents(event);
      return queued(queue.onServerEvent(event, nowMs), events);
    },
    wants: (type) => !UNREAD.has(type) && (!CONFIRMATIONS.has(type) || queue.awaitsItems()),
    tick: (nowMs) => queued(queue.tick(nowMs)),
  };
}

function pastItem(item: PastItem): NewItem[] {
  switch (item.kind) {
    case 'said':
      return [textItem(item.by === 'caller' ? 'user' : 'assistant', item.text)];
    case 'note':
      return [textItem('system', item.text)];
    case 'tool':
      // The call has to be there before its output.
      return [functionCall(item.toolCallId, item.name, item.arguments), functionOutput(item.toolCallId, item.output)];
    default:
      return item satisfies never;
  }
}

/** What is to be said as told leaves no room for a tool, nor for the session's instructions: the API replaces them. */
function wish({ instructions, goodbye }: Extract<EngineCommand, { kind: 'respond' }>): ResponseOptions {
  if (instructions === undefined) return {};
  return { instructions, toolChoice: 'none', ...(goodbye ? { metadata: GOODBYE } : {}) };
}

function responseStarted({ id: responseId, metadata }: ModelResponse): EngineEvent {
  const goodbye = metadata?.[PURPOSE] === GOODBYE[PURPOSE];
  return { kind: 'response_started', responseId, ...(goodbye ? { goodbye } : {}) };
}

type Piece = ServerEventOf<'response.output_audio.delta' | 'response.output_audio_transcript.delta'>;

/** Most of what comes. Nothing that waits to be asked for depends on it, and nobody logs it. */
export function isPiece(event: ServerEvent | UnknownEvent): event is Piece {
  return event.type === 'response.output_audio.delta' || event.type === 'response.output_audio_transcript.delta';
}

export function pieceOf(event: Piece): Extract<EngineEvent, { kind: 'audio' | 'words' }> {
  const { response_id: responseId, item_id: itemId, delta } = event;
  if (event.type === 'response.output_audio_transcript.delta') return { kind: 'words', responseId, itemId, delta };
  return { kind: 'audio', responseId, itemId, contentIndex: event.content_index, base64: delta };
}

function only(event: ClientEvent): Step {
  return { send: [event], events: [] };
}

function engineEvents(event: ServerEvent | UnknownEvent): EngineEvent[] {
  switch (event.type) {
    case 'response.output_audio_transcript.done':
      return [{ kind: 'words_done', responseId: event.response_id, itemId: event.item_id, text: event.transcript }];
    case 'session.created':
      return [{ kind: 'connected' }];
    case 'session.updated':
      return [{ kind: 'ready' }];
    case 'error':
      // A session that was not configured is of no use; any other error leaves it as it was, or closes the socket.
      return event.error.event_id === CONFIGURE ? [{ kind: 'lost', reason: 'session_refused' }] : [];
    case 'input_audio_buffer.speech_started':
      return [{ kind: 'speech_started', itemId: event.item_id }];
    case 'input_audio_buffer.committed':
      return [{ kind: 'caller_turn', itemId: event.item_id }];
    case 'conversation.item.input_audio_transcription.completed':
      return [{ kind: 'caller_words', itemId: event.item_id, text: event.transcript }];
    case 'conversation.item.input_audio_transcription.failed':
      return [{ kind: 'caller_unintelligible', itemId: event.item_id }];
    case 'response.created':
      return event.response.conversation_id === null ? [] : [responseStarted(event.response)];
    case 'response.output_item.done':
      return finishedItem(event.response_id, event.item);
    case 'response.done':
      return event.response.conversation_id === null ? [] : finishedResponse(event.response);
    default:
      return [];
  }
}

function finishedItem(responseId: string, item: Item): EngineEvent[] {
  if (item.type === 'message') return [{ kind: 'item_done', responseId, itemId: item.id }];
  // Cut off by an interruption: there is no whole call to answer.
  if (item.type !== 'function_call' || item.status === 'incomplete') return [];
  const { call_id: toolCallId, name } = item;
  return [{ kind: 'tool_call', responseId, toolCallId, name, arguments: item.arguments }];
}

function finishedResponse(response: ModelResponse): EngineEvent[] {
  const calls = response.output.filter((item) => item.type === 'function_call' && item.status === 'completed');
  const usage = response.usage === null ? undefined : addUsage(NO_USAGE, response.usage);
  const failure = failureOf(response);
  const more = { ...(failure ? { failure } : {}), ...(usage ? { usage } : {}) };
  return [
    ...calls.flatMap((item) => finishedItem(response.id, item)),
    { kind: 'response_done', responseId: response.id, status: statusOf(response), ...more },
  ];
}

export function failureKind({ status_details: details }: ModelResponse): ErrorKind {
  if (!details?.error) return 'server';
  const { type, code, message } = details.error;
  return classifyError({ type: type ?? '', code, message: message ?? '' }).kind;
}

function failureOf(response: ModelResponse): ResponseFailure | undefined {
  if (response.status !== 'failed') return undefined;
  const kind = failureKind(response);
  return kind === 'rate_limited' || kind === 'quota' ? kind : undefined;
}

function statusOf({ status }: ModelResponse): ResponseStatus {
  return status === 'in_progress' || status === 'unknown' ? 'completed' : status;
}

function sessionOptions(
  { instructions, agent, tools, vocabulary }: SessionSettings,
  transcriptionModel: string,
): SessionOptions {
  const [language] = agent.languages;
  return {
    instructions,
    voice: agent.voice,
    speed: agent.speed,
    turnDetection: agent.turnDetection,
    createResponse: agent.turnTaking === 'server',
    interruptResponse: agent.turnTaking === 'server',
    noiseReduction: agent.noiseReduction,
    audioFormat: agent.audio === 'pcm16' ? 'audio/pcm' : 'audio/pcmu',
    transcription: {
      model: transcriptionModel,
      // A hint would make the recogniser hear every other language as this one.
      ...(agent.languages.length === 1 && language ? { language: language.split('-')[0] } : {}),
      vocabulary,
    },
    tools: [...tools],
  };
}
