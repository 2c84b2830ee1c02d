/**
 * Starts the whole system as processes and has one call through it, from the ring to the summary. The tests of this
 * folder then look at what it left behind; those that need another call place their own on the same stack.
 */
import { join } from 'node:path';
import { openBusinessEvents } from '@frontdesk/deploy/local/demo/business-events.ts';
import { collectEvidence } from '@frontdesk/deploy/local/demo/collect.ts';
import { oneCaller } from '@frontdesk/deploy/local/demo/story.ts';
import { openTelephone } from '@frontdesk/deploy/local/demo/telephone.ts';
import { loadOrCreateKeys } from '@frontdesk/deploy/local/keys.ts';
import { readSettings } from '@frontdesk/deploy/local/settings.ts';
import { root, startStack } from '@frontdesk/deploy/local/stack.ts';
import type { TestProject } from 'vitest/node';
import './provided.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const stack = starting.use(await startStack(readSettings({ PORT: '0' })));
  const { description } = stack;
  const [business] = description.businesses;
  if (!business) throw new Error('no business is seeded');

  await using listening = new AsyncDisposableStack();
  const events = listening.use(
    await openBusinessEvents({ url: description.nats.url, business, credsFile: business.eventCreds }),
  );
  const telephone = openTelephone(stack.foreign.twilio.apiUrl, description.gateway.publicUrl);
  const story = oneCaller(business);
  const callSid = await telephone.place(story, business.number);
  const placed = [{ story, business, callSid }];
  const [call] = await collectEvidence(stack, placed, [events], telephone, AbortSignal.timeout(120_000));
  if (!call) throw new Error('the call left nothing behind');

  const { tokenKeys } = await loadOrCreateKeys(join(root, '.local'));
  const { tracesFile, logsDir } = stack;
  project.provide('oneCall', { stack: description, call, tracesFile, logsDir, tokenKeys });
  const running = starting.move();
  return async () => {
    await running.disposeAsync();
    const left = await stack.alive();
    if (left.length > 0) throw new Error(`still running: ${left.map(({ name }) => name).join(', ')}`);
  };
}
