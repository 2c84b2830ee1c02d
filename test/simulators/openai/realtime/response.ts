/**
 * One response being generated: its output items one after another, audio faster than it can be played, transcript
 * ahead of the audio it belongs to, in the event order of the real server.
 *
 * However it ends, every item that was begun is closed by its `.done` events and `response.done` comes last, once.
 */

import { BYTES_PER_MS, encodeSpeech } from '../../speech/speech.ts';
import type { Move } from '../receptionist/conversation.ts';
import { toWire } from './audio-format.ts';
import { type MessageItem, type StoredItem, textWords, wireItem } from './conversation.ts';
import { newId } from './ids.ts';
import type { AudioFormat } from './params.ts';
import type { ServerMessage } from './session-options.ts';

export type Ending =
  | { status: 'completed' }
  | { status: 'cancelled'; reason: 'turn_detected' | 'client_cancelled' }
  | { status: 'incomplete'; reason: 'max_output_tokens' }
  | { status: 'failed'; error: { type: string; code: string; message: string } };

export interface Pace {
  firstAudioLatencyMs: number;
  /** How many times faster than it plays audio is generated. */
  speed: number;
}

export interface ResponseOptions {
  id: string;
  moves: readonly Move[];
  modality: 'audio' | 'text';
  format: AudioFormat;
  pace: Pace;
  /** The vendor's order of the two is not verified: whether `conversation.item.done` precedes `response.output_item.done`. */
  itemDoneFirst: boolean;
  send(event: ServerMessage): void;
  /** Puts an item into the conversation; null for a response that leaves no trace in it. */
  remember: ((item: StoredItem) => string | null) | null;
  onFinished(ending: Ending, output: readonly StoredItem[]): void;
}

export interface RunningResponse {
  readonly id: string;
  readonly output: readonly StoredItem[];
  end(ending: Exclude<Ending, { status: 'completed' }>): void;
}

const CHUNK_MS = 240;

export function startResponse(options: ResponseOptions): RunningResponse {
  const { id, send, pace } = options;
  const output: StoredItem[] = [];
  const stopped = new AbortController();
  let closeOpenItem: (() => void) | undefined;

  /** @returns false when the response ended meanwhile */
  async function wait(ms: number): Promise<boolean> {
    if (ms > 0) await pause(ms, stopped.signal);
    return !stopped.signal.aborted;
  }

  function open(item: StoredItem): object {
    const place = { response_id: id, output_index: output.length };
    output.push(item);
    send({ type: 'response.output_item.added', ...place, item: wireItem(item) });
    if (options.remember) {
      send({ type: 'conversation.item.added', previous_item_id: options.remember(item), item: wireItem(item) });
    }
    return { ...place, item_id: item.id };
  }

  function close(item: StoredItem, status: 'completed' | 'incomplete'): void {
    item.status = status;
    const done = [
      { type: 'response.output_item.done', response_id: id, output_index: output.indexOf(item), item: wireItem(item) },
      ...(options.remember ? [{ type: 'conversation.item.done', item: wireItem(item) }] : []),
    ];
    for (const event of options.itemDoneFirst ? done.reverse() : done) send(event);
  }

  async function speak(text: string, isFirst: boolean): Promise<void> {
    const isAudio = options.modality === 'audio';
    const item: MessageItem = {
      type: 'message',
      id: newId('item'),
      role: 'assistant',
      status: 'in_progress',
      contentType: isAudio ? 'output_audio' : 'output_text',
      transcript: '',
      words: [],
      audioMs: 0,
    };
    const place = { ...open(item), content_index: 0 };
    const kind = isAudio ? 'audio' : 'text';
    const emptyPart = isAudio ? { type: kind, transcript: '' } : { type: kind, text: '' };
    send({ type: 'response.content_part.added', ...place, part: emptyPart });
    const delta = isAudio ? 'response.output_audio_transcript' : 'response.output_text';
    let said = '';
    const sayOn = (words: string) => {
      const more = said === '' ? words : ` ${words}`;
      said += more;
      // A truncation may already have taken the transcript back.
      if (item.transcript !== null) item.transcript = said;
      send({ type: `${delta}.delta`, ...place, delta: more });
    };
    closeOpenItem = () => {
      closeOpenItem = undefined;
      // A word whose audio was not sent whole was never said.
      if (isAudio) item.words = item.words.filter((word) => word.endMs <= item.audioMs);
      if (isAudio) send({ type: 'response.output_audio.done', ...place });
      send({ type: `${delta}.done`, ...place, ...(isAudio ? { transcript: said } : { text: said }) });
      const part = isAudio ? { type: kind, transcript: said } : { type: kind, text: said };
      send({ type: 'response.content_part.done', ...place, part });
      close(item, stopped.signal.aborted ? 'incomplete' : 'completed');
    };

    if (isFirst && !(await wait(pace.firstAudioLatencyMs))) return;
    if (isAudio) await sendAudio(item, place, text, sayOn);
    else {
      item.words = textWords(text);
      sayOn(text);
    }
    if (!stopped.signal.aborted) closeOpenItem();
  }

  async function sendAudio(
    item: MessageItem,
    place: object,
    text: string,
    sayOn: (words: string) => void,
  ): Promise<void> {
    const { audio, words } = encodeSpeech(text);
    let next = 0;
    for (let at = 0; at < audio.length; at += CHUNK_MS * BYTES_PER_MS) {
      const chunk = audio.subarray(at, at + CHUNK_MS * BYTES_PER_MS);
      const endMs = (at + chunk.length) / BYTES_PER_MS;
      const begun = words.slice(next).filter((word) => word.startMs < endMs);
      next += begun.length;
      if (begun.length > 0) sayOn(begun.map(({ word }) => word).join(' '));
      item.words.push(...begun);
      item.audioMs = endMs;
      const delta = toWire(chunk, options.format).toString('base64');
      send({ type: 'response.output_audio.delta', ...place, delta });
      if (!(await wait(CHUNK_MS / pace.speed))) return;
    }
  }

  function call(name: string, args: string): void {
    const callId = newId('call');
    const item: StoredItem = {
      type: 'function_call',
      id: newId('item'),
      status: 'in_progress',
      callId,
      name,
      arguments: '',
    };
    const place = { ...open(item), call_id: callId };
    for (let at = 0; at < args.length; at += 12) {
      send({ type: 'response.function_call_arguments.delta', ...place, delta: args.slice(at, at + 12) });
    }
    item.arguments = args;
    send({ type: 'response.function_call_arguments.done', ...place, name, arguments: args });
    close(item, 'completed');
  }

  async function run(): Promise<void> {
    // Whoever starts a response must hold it before it can be over.
    await Promise.resolve();
    if (stopped.signal.aborted) return;
    let spoke = false;
    for (const move of options.moves) {
      if ('say' in move) {
        await speak(move.say, !spoke);
        spoke = true;
      } else {
        if (!spoke && !(await wait(pace.firstAudioLatencyMs / 2))) return;
        call(move.call, JSON.stringify(move.arguments));
      }
      if (stopped.signal.aborted) return;
    }
    stopped.abort();
    options.onFinished({ status: 'completed' }, output);
  }
  void run();

  return {
    id,
    output,
    end(ending) {
      if (stopped.signal.aborted) return;
      stopped.abort();
      closeOpenItem?.();
      options.onFinished(ending, output);
    },
  };
}

/** Waits, or stops waiting at once when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
