/** The responses of a session: at most one of the conversation at a time, any number beside it. */

import type { z } from 'zod';
import type { Behaviour } from '../behaviour.ts';
import type { Faults } from '../faults.ts';
import type { Move, Situation } from '../receptionist/conversation.ts';
import { decide } from '../receptionist/receptionist.ts';
import type { Scripts } from '../script.ts';
import type { clientEvent } from './client-events.ts';
import { asEntry, type Conversation, type StoredItem, storedItem, wireItem } from './conversation.ts';
import { newId } from './ids.ts';
import { note, type SessionRecord } from './record.ts';
import { RefusedEvent } from './refusal.ts';
import { type Ending, type Pace, type RunningResponse, startResponse } from './response.ts';
import type { ServerMessage } from './session-options.ts';
import type { Settings } from './settings.ts';
import { inputTokens, type Tokens, usageOf } from './usage.ts';

type Params = NonNullable<Extract<z.infer<typeof clientEvent>, { type: 'response.create' }>['response']>;

export interface ResponsesDeps {
  conversation: Conversation;
  settings(): Settings;
  behaviour(): Behaviour;
  pace: Pace;
  faults: Faults;
  scripts: Scripts;
  record: SessionRecord;
  send(event: ServerMessage): void;
  /** A response of the conversation is over; `playMs` is how long its audio takes to play. */
  onDone(ending: Ending, playMs: number): void;
}

export interface Responses {
  /** @throws RefusedEvent when one is active or the parameters make no sense */
  create(params: Params): void;
  /** Ends the active response of the conversation, if any, because the caller speaks. */
  interrupt(): void;
  /** @throws RefusedEvent when there is nothing to cancel */
  cancel(responseId: string | undefined): void;
  stopAll(): void;
  readonly active: boolean;
}

export function createResponses(deps: ResponsesDeps): Responses {
  const { conversation, record, send } = deps;
  const beside = new Set<RunningResponse>();
  let active: RunningResponse | undefined;
  let lastRead: Tokens = { text: 0, audio: 0 };

  function context(params: Params): StoredItem[] {
    if (!params.input) return [...conversation.items];
    return params.input.map((item) =>
      item.type === 'item_reference' ? conversation.get(item.id, 'referencing') : storedItem(item),
    );
  }

  function nextMoves(params: Params, items: readonly StoredItem[]): { moves: Move[]; latencyMs?: number } {
    const choice = params.tool_choice ?? deps.settings().tool_choice;
    if (typeof choice === 'object') return { moves: [{ call: choice.name, arguments: {} }] };
    const target = { id: record.id, instructions: deps.settings().instructions };
    const scripted =
      params.conversation === 'none' ? undefined : deps.scripts.next(target, params.instructions !== undefined);
    if (scripted) return { moves: scripted.moves, latencyMs: scripted.firstAudioLatencyMs };
    const offered = params.tools ?? deps.settings().tools;
    const situation: Situation = {
      // They stand in for the session's: whatever only those say is not known to this response.
      instructions: params.instructions ?? deps.settings().instructions,
      responseInstructions: params.instructions,
      tools: choice === 'none' ? [] : offered.map((tool) => tool.name),
      conversation: items.flatMap(asEntry),
    };
    return { moves: decide(situation) };
  }

  function create(params: Params): void {
    const outOfBand = params.conversation === 'none';
    if (!outOfBand && active) {
      const message = `Conversation already has an active response in progress: ${active.id}. Wait until the response is finished before creating a new one.`;
      throw new RefusedEvent('conversation_already_has_active_response', message);
    }
    const settings = deps.settings();
    const items = context(params);
    const { moves, latencyMs } = nextMoves(params, items);
    const target = { id: record.id, instructions: settings.instructions };
    const slow = deps.faults.take('slow_first_audio', 'response', target);
    const failing = deps.faults.take('fail_response', 'response', target);
    const id = newId('resp');
    const read = inputTokens(settings, items);
    const previous = lastRead;
    if (!outOfBand) lastRead = read;

    const modality = params.output_modalities?.[0] ?? settings.output_modalities[0] ?? 'audio';
    const format = params.audio?.output?.format ?? settings.audio.output.format;
    const wire = (status: string, details: object | null, output: readonly StoredItem[], usage: object | null) => ({
      object: 'realtime.response',
      id,
      status,
      status_details: details,
      output: output.map(wireItem),
      conversation_id: outOfBand ? null : conversation.id,
      output_modalities: [modality],
      max_output_tokens: params.max_output_tokens ?? settings.max_output_tokens,
      audio: { output: { format, voice: params.audio?.output?.voice ?? settings.audio.output.voice } },
      metadata: params.metadata ?? null,
      usage,
    });

    send({ type: 'response.created', response: wire('in_progress', null, [], null) });
    if (deps.behaviour().rateLimitsAtStart) sendRateLimits(read);
    const running = startResponse({
      id,
      moves,
      modality,
      format,
      pace: { ...deps.pace, firstAudioLatencyMs: slow?.latencyMs ?? latencyMs ?? deps.pace.firstAudioLatencyMs },
      itemDoneFirst: deps.behaviour().itemDoneFirst,
      send,
      remember: outOfBand ? null : (item) => conversation.insert(item),
      onFinished(ending, output) {
        if (outOfBand) beside.delete(running);
        else active = undefined;
        remember(id, ending, output);
        const billed = ending.status !== 'cancelled' || deps.behaviour().usageOnCancelled;
        const usage = billed && ending.status !== 'failed' ? usageOf(read, previous, output) : null;
        send({ type: 'response.done', response: wire(ending.status, details(ending), output, usage) });
        if (!deps.behaviour().rateLimitsAtStart) sendRateLimits(read);
        if (!outOfBand) deps.onDone(ending, playMs(output));
      },
    });
    if (outOfBand) beside.add(running);
    else active = running;
    if (failing) {
      running.end({ status: 'failed', error: { type: 'server_error', code: failing.code, message: failing.message } });
    }
  }

  function remember(id: string, ending: Ending, output: readonly StoredItem[]): void {
    note(record.responses, { id, status: ending.status, reason: 'reason' in ending ? ending.reason : null });
    for (const item of output) {
      if (item.type === 'message') {
        const text = item.transcript ?? '';
        const heardText = item.words.map(({ word }) => word).join(' ');
        note(record.said, { itemId: item.id, text, heardText, status: item.status });
        record.audioOutMs += item.audioMs;
      } else if (item.type === 'function_call') {
        note(record.toolCalls, { callId: item.callId, name: item.name, arguments: item.arguments, output: null });
      }
    }
  }

  function sendRateLimits(read: Tokens): void {
    const tokens = {
      name: 'tokens',
      limit: 200_000,
      remaining: Math.max(0, 200_000 - read.text - read.audio),
      reset_seconds: 0.5,
    };
    send({
      type: 'rate_limits.updated',
      rate_limits: [{ name: 'requests', limit: 10_000, remaining: 9_999, reset_seconds: 0.1 }, tokens],
    });
  }

  return {
    create,
    interrupt() {
      active?.end({ status: 'cancelled', reason: 'turn_detected' });
    },
    cancel(responseId) {
      const running = responseId === undefined ? active : [...beside, active].find((each) => each?.id === responseId);
      if (!running) {
        throw new RefusedEvent('response_cancel_not_active', 'Cancellation failed: no active response found');
      }
      running.end({ status: 'cancelled', reason: 'client_cancelled' });
    },
    stopAll() {
      for (const running of [...beside, active]) running?.end({ status: 'cancelled', reason: 'client_cancelled' });
    },
    get active() {
      return active !== undefined;
    },
  };
}

function details(ending: Ending): object | null {
  if (ending.status === 'completed') return null;
  if (ending.status === 'failed') return { type: 'failed', error: ending.error };
  return { type: ending.status, reason: ending.reason };
}

function playMs(output: readonly StoredItem[]): number {
  return output.reduce((total, item) => total + (item.type === 'message' ? item.audioMs : 0), 0);
}
