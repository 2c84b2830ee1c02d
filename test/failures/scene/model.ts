/** The simulated model, as seen from behind: its sessions, and what can be made to happen to them. */
import { inject } from 'vitest';
import { z } from 'zod';
import type { fault } from '../../simulators/openai/faults.ts';
import '../provided.ts';

const sessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      instructions: z.string(),
      openedAt: z.iso.datetime(),
      endedAt: z.iso.datetime().nullable(),
      closeCode: z.int().nullable(),
      refused: z.array(z.unknown()),
      heard: z.array(z.object({ text: z.string() })),
      toolCalls: z.array(z.object({ name: z.string(), output: z.string().nullable() })),
    }),
  ),
});
export type ModelSession = z.infer<typeof sessions>['sessions'][number];

/** @param url of another simulator than the stack's */
export async function sessionsOf(businessName: string, url = stacksModel()): Promise<ModelSession[]> {
  const response = await fetch(`${url}/simulator/sessions`);
  const all = sessions.parse(await response.json()).sessions;
  return all.filter(({ instructions }) => instructions.includes(businessName));
}

export async function liveSessionsOf(businessName: string, url = stacksModel()): Promise<ModelSession[]> {
  return (await sessionsOf(businessName, url)).filter(({ endedAt }) => endedAt === null);
}

export async function makeModel(suffer: z.input<typeof fault>, url = stacksModel()): Promise<void> {
  const response = await fetch(`${url}/simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(suffer),
  });
  if (!response.ok) throw new Error(`the model simulator refused the fault: ${await response.text()}`);
}

function stacksModel(): string {
  return new URL(inject('failures').stack.model.apiUrl).origin;
}
