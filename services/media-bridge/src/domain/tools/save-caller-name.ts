import { z } from 'zod';
import { defineTool } from './tool.ts';

export const saveCallerNameTool = defineTool({
  name: 'save_caller_name',
  description: "Remembers the caller's name for their next call. Use it once, when the caller has said their name.",
  arguments: z.object({ name: z.string().trim().min(1).max(120).describe('As the caller gave it.') }),
  sideEffecting: true,
  unavailable: 'The name could not be saved. Go on without mentioning it.',
  to: 'saveCallerName',
  plan({ name }, scene) {
    // A withheld number has nobody to remember; the model need not trouble the caller with that.
    const { phone, callSid, attestation, trust } = scene;
    if (phone === null) return { kind: 'answer', outcome: 'ok', output: { saved: false } };
    return { kind: 'ask', request: { to: 'saveCallerName', body: { phone, name, callSid, attestation, trust } } };
  },
  conclude: ({ saved }) => ({ saved }),
});
