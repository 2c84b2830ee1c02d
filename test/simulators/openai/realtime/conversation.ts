/**
 * The conversation as the model's server holds it. Two views of it: what is on the wire, and what the receptionist
 * remembers. They differ after a truncation: the wire loses the item's transcript, the memory keeps the words that
 * were heard.
 */
import type { SpokenWord } from '../../speech/speech.ts';
import type { Entry } from '../receptionist/conversation.ts';
import type { NewItem } from './client-events.ts';
import { newId } from './ids.ts';
import { RefusedEvent } from './refusal.ts';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface MessageItem {
  type: 'message';
  id: string;
  role: 'user' | 'assistant' | 'system';
  status: ItemStatus;
  contentType: 'input_text' | 'input_audio' | 'output_text' | 'output_audio';
  /** As the wire shows it: null while unknown, and after a truncation. */
  transcript: string | null;
  /** What was said: of an assistant's audio, the words sent so far and not taken back. */
  words: SpokenWord[];
  /** How much audio there is of it. */
  audioMs: number;
}

export type StoredItem =
  | MessageItem
  | { type: 'function_call'; id: string; status: ItemStatus; callId: string; name: string; arguments: string }
  | { type: 'function_call_output'; id: string; status: ItemStatus; callId: string; output: string };

/** An item as the server shows it. */
export function wireItem(item: StoredItem) {
  const base = { id: item.id, object: 'realtime.item', type: item.type, status: item.status };
  switch (item.type) {
    case 'function_call':
      return { ...base, call_id: item.callId, name: item.name, arguments: item.arguments };
    case 'function_call_output':
      return { ...base, call_id: item.callId, output: item.output };
    case 'message': {
      const isText = item.contentType === 'input_text' || item.contentType === 'output_text';
      const part = isText
        ? { type: item.contentType, text: item.transcript ?? '' }
        : { type: item.contentType, transcript: item.transcript };
      const empty = item.role === 'assistant' && item.status === 'in_progress';
      return { ...base, role: item.role, content: empty ? [] : [part] };
    }
    default:
      return item satisfies never;
  }
}

export function textWords(text: string): SpokenWord[] {
  return text === '' ? [] : [{ word: text, startMs: 0, endMs: 0 }];
}

/** What the receptionist knows of an item. */
export function asEntry(item: StoredItem): Entry[] {
  if (item.type === 'function_call') {
    return [{ kind: 'called', callId: item.callId, name: item.name, arguments: item.arguments }];
  }
  if (item.type === 'function_call_output') return [{ kind: 'answered', callId: item.callId, output: item.output }];
  const text = item.words.map(({ word }) => word).join(' ');
  if (item.role === 'assistant') return text === '' ? [] : [{ kind: 'said', by: 'receptionist', text }];
  // A turn without any audio is the caller's silence, not something unintelligible.
  if (text === '' && item.audioMs === 0) return [];
  return [{ kind: 'said', by: item.role === 'user' ? 'caller' : 'system', text }];
}

/** The item a client asks to create. */
export function storedItem(item: NewItem): StoredItem {
  const id = item.id ?? newId('item');
  if (item.type === 'function_call') {
    const callId = item.call_id ?? newId('call');
    return { type: item.type, id, status: 'completed', callId, name: item.name, arguments: item.arguments };
  }
  if (item.type === 'function_call_output') {
    return { type: item.type, id, status: 'completed', callId: item.call_id, output: item.output };
  }
  const texts = item.content.map((part) => ('text' in part ? part.text : (part.transcript ?? '')));
  const fallback = item.role === 'assistant' ? 'output_text' : 'input_text';
  const text = texts.join(' ');
  return {
    type: 'message',
    id,
    role: item.role,
    status: 'completed',
    contentType: item.content[0]?.type ?? fallback,
    transcript: text,
    words: textWords(text),
    audioMs: 0,
  };
}

export interface Conversation {
  readonly id: string;
  readonly items: readonly StoredItem[];
  /** @param after an item's id, `root` for the beginning, the end when absent; returns the id before it */
  insert(item: StoredItem, after?: string): string | null;
  /** Creates what a client asked for, checked as the real server checks it. */
  create(item: NewItem, after?: string): { item: StoredItem; previousId: string | null };
  get(id: string, verb: string): StoredItem;
  remove(id: string): void;
  /** Takes back the audio after `endMs`. */
  truncate(id: string, endMs: number): void;
  entries(): Entry[];
}

export function createConversation(): Conversation {
  const items: StoredItem[] = [];

  function find(id: string, verb: string): StoredItem {
    const item = items.find((each) => each.id === id);
    if (item) return item;
    throw new RefusedEvent('item_not_found', `Error ${verb} item: the item with id '${id}' does not exist.`, 'item_id');
  }

  function insert(item: StoredItem, after?: string): string | null {
    let at = items.length;
    if (after === 'root') at = 0;
    else if (after !== undefined) {
      at = items.findIndex((each) => each.id === after) + 1;
      if (at === 0) {
        const message = `Error creating item: the previous item with id '${after}' does not exist.`;
        throw new RefusedEvent('item_not_found', message, 'previous_item_id');
      }
    }
    items.splice(at, 0, item);
    return items[at - 1]?.id ?? null;
  }

  return {
    id: newId('conv'),
    items,
    insert,
    create(item, after) {
      if (item.id !== undefined && items.some((each) => each.id === item.id)) {
        throw new RefusedEvent('invalid_value', `Item with id '${item.id}' already exists.`, 'item.id');
      }
      if (item.type === 'function_call_output') {
        const known = items.some((each) => each.type === 'function_call' && each.callId === item.call_id);
        if (!known) {
          const message = `Tool call ID '${item.call_id}' not found in conversation.`;
          throw new RefusedEvent('invalid_tool_call_id', message, 'item.call_id');
        }
      }
      const stored = storedItem(item);
      return { item: stored, previousId: insert(stored, after) };
    },
    get: find,
    remove(id) {
      items.splice(items.indexOf(find(id, 'deleting')), 1);
    },
    truncate(id, endMs) {
      const item = find(id, 'truncating');
      if (item.type !== 'message' || item.contentType !== 'output_audio') {
        throw new RefusedEvent(null, 'Only model output audio messages can be truncated', 'item_id');
      }
      if (endMs > item.audioMs) {
        const message = `Audio content of ${Math.floor(item.audioMs)}ms is already shorter than ${endMs}ms`;
        throw new RefusedEvent(null, message, 'audio_end_ms');
      }
      item.audioMs = endMs;
      item.transcript = null;
      item.words = item.words.filter((word) => word.endMs <= endMs);
    },
    entries: () => items.flatMap(asEntry),
  };
}
