import { z } from 'zod';
import type { Tool } from './tool.ts';

/** Needs nobody: the session hangs up once the goodbye has been heard. */
export const endCallTool: Tool = {
  name: 'end_call',
  description:
    'Hangs up. First say goodbye in the same turn, then call this. Only when the caller needs nothing more or said goodbye.',
  arguments: z.object({}),
  sideEffecting: false,
  unavailable: '',
  unanswered: '',
  plan: () => ({ kind: 'end_call' }),
  conclude: () => ({ ok: true }),
};
