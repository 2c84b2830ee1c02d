/** Twilio told a gateway that a call leg has ended. */
import { callOver } from '@frontdesk/contracts/media-bridge/call-over';
import type { Context } from '../context.ts';
import type { LiveCalls } from '../store/live-calls.ts';

export async function serveCallOver({ messaging, config }: Context, calls: LiveCalls): Promise<void> {
  await messaging.serve(callOver, async (call) => ({ known: await calls.over(call) }), { podId: config.podId });
}
