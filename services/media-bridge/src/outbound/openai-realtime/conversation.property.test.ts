/** A whole call against a strict server and a real-time line, in any order things can happen in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, type Mode } from './conversation.world.ts';

type World = ReturnType<typeof createWorld>;

const act: fc.Arbitrary<(world: World) => void> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 400 }).map((ms) => (world: World) => world.wait(ms)) },
  { weight: 4, arbitrary: fc.boolean().map((fresh) => (world: World) => world.generate(fresh)) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }).map((count) => (world: World) => world.exchange(count)) },
  { weight: 2, arbitrary: fc.constant((world: World) => world.finish()) },
  { weight: 2, arbitrary: fc.constant((world: World) => world.callerStarts()) },
  {
    weight: 2,
    arbitrary: fc
      .record({ speechMs: fc.constantFrom(60, 200, 900), words: fc.constantFrom('yes please', '', undefined) })
      .map(
        ({ speechMs, words }) =>
          (world: World) =>
            world.callerEnds(speechMs, words),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ name: fc.constantFrom('search_knowledge', 'search_knowledge', 'nonsense'), cutOff: fc.boolean() })
      .map(
        ({ name, cutOff }) =>
          (world: World) =>
            world.callTool(name, cutOff),
      ),
  },
  { weight: 1, arbitrary: fc.boolean().map((ok) => (world: World) => world.answerTool(ok)) },
);

const conversations = fc.array(act, { maxLength: 120, size: 'max' });

function played(mode: Mode, acts: ((world: World) => void)[]): World {
  const world = createWorld(mode);
  world.begin();
  for (const each of acts) if (!world.over) each(world);
  return world;
}

describe.each<Mode>(['server', 'robust'])('for any conversation, turn-taking %s', (mode) => {
  // Truncations beyond the audio, answers that collide, and speech over the caller are checked on the way.
  it('every truncation fits what was sent and played, and no answer is asked for at the wrong moment', () => {
    fc.assert(
      fc.property(conversations, (acts) => {
        played(mode, acts).drain();
      }),
      { numRuns: 200 },
    );
  });

  it('every tool call is answered exactly once, and everything comes to rest', () => {
    fc.assert(
      fc.property(conversations, (acts) => {
        const world = played(mode, acts);
        world.drain();
        expect(new Set(world.outputs).size).toBe(world.outputs.length);
        if (world.over) return;
        expect([...world.outputs].sort()).toEqual([...world.toolCalls].sort());
        expect(world.idle).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
