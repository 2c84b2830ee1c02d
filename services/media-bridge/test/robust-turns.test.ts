/** `turnTaking: robust` against the strict simulated model, which refuses what the real one would refuse. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Simulator, startOpenAiSimulator } from '../../../test/simulators/openai/simulator.ts';
import { encodeSpeech } from '../../../test/simulators/speech/speech.ts';
import { readConfig } from '../src/config.ts';
import { type Bridge, startBridge, TOKEN_KEYS } from './peers/bridge.ts';
import type { CallerPeer } from './peers/caller.ts';

const FRAME_BYTES = 160;
const sessions = z.object({
  sessions: z.array(
    z.object({
      heard: z.array(z.object({ text: z.string() })),
      said: z.array(z.object({ text: z.string(), heardText: z.string() })),
      refused: z.array(z.unknown()),
    }),
  ),
});

let model: Simulator;
let bridge: Bridge;
let speaking: NodeJS.Timeout;

beforeEach(async () => {
  model = await startOpenAiSimulator({ apiKey: 'sk-test' });
  const { model: defaults } = readConfig({
    POD_ID: 'x',
    NATS_URL: 'x',
    TOKEN_KEYS,
    OPENAI_API_KEY: 'x',
  });
  bridge = await startBridge({ model: { ...defaults, url: `ws://127.0.0.1:${model.port}/v1/realtime` } });
});
afterEach(async () => {
  clearInterval(speaking);
  await bridge[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function session() {
  const reply = await fetch(`http://127.0.0.1:${model.port}/simulator/sessions`);
  const [found] = sessions.parse(await reply.json()).sessions;
  if (found === undefined) throw new Error('no session');
  return found;
}

/** A caller who is on the line all the time, and says what is put in. */
function line(caller: CallerPeer): (audio: Uint8Array) => void {
  const frames: Uint8Array[] = [];
  const nothing = new Uint8Array(FRAME_BYTES).fill(0xff);
  speaking = setInterval(() => caller.speak(frames.shift() ?? nothing), 20);
  return (audio) => {
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      const frame = nothing.slice();
      frame.set(audio.subarray(at, at + FRAME_BYTES));
      frames.push(frame);
    }
  };
}

it('a noise in the greeting costs nothing, and what is said afterwards is answered', async () => {
  const { profile } = bridge.reservation();
  const agent = { ...profile.agent, turnTaking: 'robust' as const };
  const reservation = bridge.reservation({ profile: { ...profile, agent } });
  await bridge.reserve(reservation);
  const caller = await bridge.dial(reservation);
  caller.start();
  const say = line(caller);
  await caller.waitForAudio(2_000);
  // Loud, 100 ms long, and no word in it.
  say(Uint8Array.from({ length: 5 * FRAME_BYTES }, (_, index) => (index % 2 === 0 ? 0x10 : 0x90)));
  await vi.waitUntil(() => caller.clears === 1, { timeout: 5_000 });
  const deadline = { timeout: 10_000, interval: 100 };
  await vi.waitUntil(async () => (await bridge.metric('false_interruption_total')).endsWith(' 1'), deadline);
  expect((await session()).said).toHaveLength(1);

  say(encodeSpeech('What are your opening hours?').audio);
  await vi.waitUntil(async () => (await session()).said.length === 2, deadline);
  say(encodeSpeech('No that is all, goodbye').audio);
  expect(await caller.closed).toBe(1000);
  const { heard, said, refused } = await session();
  expect(heard.map(({ text }) => text)).toEqual(['', 'What are your opening hours?', 'No that is all, goodbye']);
  expect(said.at(-1)?.heardText).toBe('Thank you for calling. Goodbye!');
  expect(refused).toEqual([]);
});
