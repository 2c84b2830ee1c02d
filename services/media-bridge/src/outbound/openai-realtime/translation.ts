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
  cancelResponse,
  commitAudio,
  createItem,
  createResponseQueue,
  deleteItem,
  type Item,
  type ModelResponse,
  NO_USAGE,
  type QueueStep,
  type ServerEvent,
  type SessionOptions,
  sessionConfig,
  sessionUpdate,
  textItem,
  truncateItem,
  type UnknownEvent,
} from '@frontdesk/realtime';
import type { EngineCommand, EngineEvent, ResponseStatus, SessionSettings } from '../../domain/voice-engine.ts';

export interface Step {
  send: ClientEvent[];
  events: EngineEvent[];
}

export interface Translation {
  command(command: EngineCommand, nowMs: number): Step;
  serverEvent(event: ServerEvent | UnknownEvent, nowMs: number): Step;
  /** To be called about every second. */
  tick(nowMs: number): Step;
}

const CONFIGURE = 'configure';

export function createTranslation(transcriptionModel: string): Translation {
  const queue = createResponseQueue({ serverResponds: true });

  function queued({ send, refused }: QueueStep, events: EngineEvent[] = []): Step {
    return { send, events: [...events, ...refused.map((): EngineEvent => ({ kind: 'refused' }))] };
  }

  return {
    command(command, nowMs) {
      switch (command.kind) {
        case 'configure':
          return only(sessionUpdate(sessionConfig(sessionOptions(command.settings, transcriptionModel)), CONFIGURE));
        case 'update_instructions':
          return only(sessionUpdate({ type: 'realtime', instructions: command.instructions }));
        case 'respond':
          return queued(queue.request(command.instructions ? { instructions: command.instructions } : {}, nowMs));
        case 'cancel':
          return only(cancelResponse(queue.activeResponseId ?? undefined));
        case 'truncate':
          return only(truncateItem(command.itemId, command.heardMs, command.contentIndex));
        case 'forget':
          return only(deleteItem(command.itemId));
        case 'tool_output': {
          const { toolCallId: callId, output, answer } = command;
          return queued(queue.functionOutputs([{ callId, output }], nowMs, answer));
        }
        case 'note': {
          const { send, refused } = queue.request({}, nowMs);
          return queued({ send: [createItem(textItem('user', command.text)), ...send], refused });
        }
        case 'finish_hearing':
          return only(commitAudio());
        default:
          return command satisfies never;
      }
    },
    serverEvent(event, nowMs) {
      return queued(queue.onServerEvent(event, nowMs), engineEvents(event));
    },
    tick: (nowMs) => queued(queue.tick(nowMs)),
  };
}

function only(event: ClientEvent): Step {
  return { send: [event], events: [] };
}

function engineEvents(event: ServerEvent | UnknownEvent): EngineEvent[] {
  switch (event.type) {
    case 'response.output_audio.delta': {
      const { response_id: responseId, item_id: itemId, content_index: contentIndex, delta: base64 } = event;
      return [{ kind: 'audio', responseId, itemId, contentIndex, base64 }];
    }
    case 'response.output_audio_transcript.delta':
      return [{ kind: 'words', responseId: event.response_id, itemId: event.item_id, delta: event.delta }];
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
    case 'input_audio_buffer.speech_stopped':
      return [{ kind: 'speech_stopped', itemId: event.item_id }];
    case 'input_audio_buffer.committed':
      return [{ kind: 'caller_turn', itemId: event.item_id }];
    case 'conversation.item.input_audio_transcription.completed':
      return [{ kind: 'caller_words', itemId: event.item_id, text: event.transcript }];
    case 'conversation.item.input_audio_transcription.failed':
      return [{ kind: 'caller_unintelligible', itemId: event.item_id }];
    case 'response.created':
      return event.response.conversation_id === null
        ? []
        : [{ kind: 'response_started', responseId: event.response.id }];
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
  return [
    ...calls.flatMap((item) => finishedItem(response.id, item)),
    { kind: 'response_done', responseId: response.id, status: statusOf(response), ...(usage ? { usage } : {}) },
  ];
}

function statusOf({ status }: ModelResponse): ResponseStatus {
  return status === 'in_progress' || status === 'unknown' ? 'completed' : status;
}

function sessionOptions({ instructions, agent, tools }: SessionSettings, transcriptionModel: string): SessionOptions {
  const [language] = agent.languages;
  return {
    instructions,
    voice: agent.voice,
    speed: agent.speed,
    turnDetection: agent.turnDetection,
    noiseReduction: agent.noiseReduction,
    transcription: {
      model: transcriptionModel,
      // A hint would make the recogniser hear every other language as this one.
      ...(agent.languages.length === 1 && language ? { language: language.split('-')[0] } : {}),
      vocabulary: agent.vocabulary,
    },
    tools: [...tools],
  };
}
