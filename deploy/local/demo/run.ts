/** The demo itself: stack up, calls, evidence, judgement, stack down, and a look whether anything stayed behind. */
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import pc from 'picocolors';
import type { SeededBusiness } from '../apply-seed.ts';
import { readSettings } from '../settings.ts';
import { type Stack, startStack } from '../stack.ts';
import type { DemoArguments } from './arguments.ts';
import { openBusinessEvents } from './business-events.ts';
import { judgeCall } from './checks.ts';
import { collectEvidence } from './collect.ts';
import { createConversationPrinter } from './conversation-printer.ts';
import type { CallEvidence } from './evidence.ts';
import { printResults } from './results.ts';
import { type CallerStory, callerAmongMany, oneCaller } from './story.ts';
import { openTelephone } from './telephone.ts';

/** The demo's caller and receptionist are simulated: what would replace them is not taken from the environment. */
const NOT_FOR_THE_DEMO = [
  'OPENAI_API_KEY',
  'OPENAI_REALTIME_URL',
  'OPENAI_BASE_URL',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_API_URL',
  'FRONTDESK_NUMBER',
];

interface PlacedCall {
  story: CallerStory;
  business: SeededBusiness;
  callSid: string;
}

/** @returns what passed in a few words, or everything that was wrong */
export async function runDemo(
  given: DemoArguments,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | string[]> {
  const kept = Object.entries(env).filter(([name]) => !NOT_FOR_THE_DEMO.includes(name));
  const stack = await startStack(readSettings(Object.fromEntries(kept)), {
    log: (line) => console.log(pc.dim(line)),
    signal,
  });
  const problems: string[] = [];
  let calls: CallEvidence[] = [];
  try {
    if (given.without) await stopService(stack, given.without);
    calls = await callAndCollect(stack, given, problems, signal);
    printResults(calls);
    for (const call of calls) {
      const found = judgeCall(call);
      problems.push(...(calls.length > 1 ? found.map((problem) => `${call.story.name}: ${problem}`) : found));
    }
  } finally {
    await stack.stop();
  }
  const left = await stack.alive();
  problems.push(...left.map(({ name, pid }) => `clean-up: ${name} (${pid}) is still running`));
  if (problems.length > 0) return problems;
  const turns = calls.reduce((sum, { kept: call }) => sum + (call?.turns.length ?? 0), 0);
  return `${calls.length === 1 ? 'one call' : `${calls.length} calls at once`}, ${turns} turns heard as they are written down, ${calls.length} booked, nothing left running`;
}

async function stopService(stack: Stack, service: string): Promise<void> {
  const found = stack.processes.filter((process) => process.service === service);
  if (found.length === 0) throw new Error(`there is no service ${service} to do without`);
  await Promise.all(found.map(({ child }) => child.stop()));
  console.log(pc.yellow(`${service} is stopped`));
}

async function callAndCollect(
  stack: Stack,
  given: DemoArguments,
  problems: string[],
  signal: AbortSignal,
): Promise<CallEvidence[]> {
  await using listening = new AsyncDisposableStack();
  const called = stack.description.businesses.slice(0, given.calls > 1 ? 2 : 1);
  const labels = new Map<string, string>();
  const printer = createConversationPrinter((callSid) => labels.get(callSid));
  const subscribers = await Promise.all(
    called.map(async (business, index) => {
      const other = stack.description.businesses[index + 1] ?? business;
      const events = await openBusinessEvents({
        url: stack.description.nats.url,
        business,
        credsFile: given.swapCredentials ? other.eventCreds : business.eventCreds,
        onEvent: printer.event,
      });
      return listening.use(events);
    }),
  );
  const bridgesSeen = watchBridges(stack, listening);

  const telephone = openTelephone(stack.foreign.twilio.apiUrl, stack.description.gateway.publicUrl);
  console.log(pc.bold(given.calls === 1 ? '\nA call' : `\n${given.calls} calls at once`));
  const placed = await Promise.all(
    Array.from({ length: given.calls }, async (_, index): Promise<PlacedCall> => {
      const business = called[index % called.length];
      if (!business) throw new Error('no business is seeded');
      const story =
        given.calls === 1 ? oneCaller(business) : callerAmongMany(business, Math.floor(index / called.length), index);
      const callSid = await telephone.place(story, business.number, { corruptFrame: given.corruptFrame });
      if (given.calls > 1) labels.set(callSid, story.name);
      return { story, business, callSid };
    }),
  );
  const calls = await collectEvidence(stack, placed, subscribers, telephone, signal);

  for (const { business, received, refusals } of subscribers) {
    problems.push(...refusals.map((refusal) => `events: NATS refused ${business.name}'s subscriber: ${refusal}`));
    const foreign = received.filter(({ businessid }) => businessid !== business.id);
    if (foreign.length > 0) problems.push(`events: ${business.name} received ${foreign.length} events of others`);
  }
  const carrying = [...bridgesSeen].filter(([, mostActive]) => mostActive > 0).map(([podId]) => podId);
  if (given.calls > 1 && bridgesSeen.size > 1 && carrying.length < 2) {
    problems.push(`bridges: of ${bridgesSeen.size} only ${carrying.join() || 'none'} carried calls`);
  }
  return calls;
}

/** @returns for every bridge the most calls it was seen to carry at once */
function watchBridges(stack: Stack, owner: AsyncDisposableStack): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  owner.use(
    stack.operator.onSignal(bridgeAnnouncement, ({ podId, active }) => {
      seen.set(podId, Math.max(active, seen.get(podId) ?? 0));
    }),
  );
  return seen;
}
