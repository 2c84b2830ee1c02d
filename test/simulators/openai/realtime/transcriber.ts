/** Input transcription: runs beside everything else, and gives exactly the words that arrived intact. */

import type { Faults, FaultTarget } from '../faults.ts';
import type { MessageItem } from './conversation.ts';
import type { ServerMessage } from './session-options.ts';

export interface Transcriber {
  transcribe(item: MessageItem, text: string, audioMs: number): void;
  stop(): void;
}

export function createTranscriber(deps: {
  delayMs: number;
  faults: Faults;
  send(event: ServerMessage): void;
  target(): FaultTarget;
}): Transcriber {
  const pending = new Set<NodeJS.Timeout>();

  function finish(item: MessageItem, text: string, audioMs: number): void {
    const place = { item_id: item.id, content_index: 0 };
    const prefix = 'conversation.item.input_audio_transcription';
    if (deps.faults.take('fail_transcription', 'turn', deps.target())) {
      const error = {
        type: 'transcription_error',
        code: 'audio_unintelligible',
        message: 'The audio could not be transcribed.',
        param: null,
      };
      deps.send({ type: `${prefix}.failed`, ...place, error });
      return;
    }
    item.transcript = text;
    for (const delta of text.match(/\S+\s*/g) ?? []) deps.send({ type: `${prefix}.delta`, ...place, delta });
    const usage = { type: 'duration', seconds: Math.ceil(audioMs / 1000) };
    deps.send({ type: `${prefix}.completed`, ...place, transcript: text, usage });
  }

  return {
    transcribe(item, text, audioMs) {
      const timer = setTimeout(() => {
        pending.delete(timer);
        finish(item, text, audioMs);
      }, deps.delayMs);
      pending.add(timer);
    },
    stop() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}
