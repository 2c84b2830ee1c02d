/** Reads a transcript out of a prompt: lines such as `[00:12] Caller: hello`, or JSON with roles and texts. */
import { z } from 'zod';
import { parseJson } from '../json.ts';

export interface Line {
  by: 'caller' | 'receptionist';
  text: string;
}

export interface Transcript {
  lines: Line[];
  /** Names of tools that were called and did what was asked. */
  done: string[];
}

const LINE = /^\W*(?:\[[^\]]*\]\s*)?(caller|customer|user|receptionist|agent|assistant)\b[^:\n]{0,30}:\s*(.+)$/gim;
const TOOL = /\btool:?\s+(\w+)\b.*?(?:→|->|=>|:)\s*(ok|refused|invalid|unavailable|deadline|failed)\b/gi;
const CALLER = new Set(['caller', 'customer', 'user']);
const turn = z.object({ role: z.string(), text: z.string() });

export function readTranscript(prompt: string): Transcript {
  const lines: Line[] = [...prompt.matchAll(LINE)].map((match) => ({
    by: CALLER.has((match[1] ?? '').toLowerCase()) ? 'caller' : 'receptionist',
    text: (match[2] ?? '').replace(/\s+—\s+\(interrupted\)$/, '').trim(),
  }));
  const done = [...prompt.matchAll(TOOL)]
    .filter((match) => match[2]?.toLowerCase() === 'ok')
    .map((match) => match[1] ?? '');
  return { lines: lines.length > 0 ? lines : jsonLines(prompt), done };
}

function jsonLines(prompt: string): Line[] {
  const [, text] = /(\[[\s\S]*\])/.exec(prompt) ?? [];
  const turns = z.array(turn).safeParse(parseJson(text ?? ''));
  if (!turns.success) return [];
  return turns.data.map(({ role, text: words }) => ({ by: CALLER.has(role) ? 'caller' : 'receptionist', text: words }));
}
