import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlaybackLedger } from './playback-ledger.ts';

const MS = 8;

describe('the playback ledger', () => {
  it('counts nothing as heard before time or an echo says so', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 1000 * MS, 5_000);
    expect(ledger.heardMs('a', 5_000)).toBe(0);
    expect(ledger.heardMs('a', 5_250)).toBe(250);
    expect(ledger.unplayedMs(5_250)).toBe(750);
  });

  // A stalled line: the wall clock runs on, the audio does not.
  it('holds the clock at the first outstanding mark', () => {
    const ledger = createPlaybackLedger();
    const first = ledger.sent('a', 0, 100 * MS, 0).mark ?? '';
    ledger.sent('a', 0, 2000 * MS, 0);
    expect(ledger.heardMs('a', 60_000)).toBe(100);
    ledger.markReturned(first, 60_000);
    expect(ledger.heardMs('a', 60_200)).toBe(300);
  });

  it('asks for sparse marks: the first piece, then one per 500 ms, then the end', () => {
    const ledger = createPlaybackLedger();
    const marks = Array.from({ length: 100 }, () => ledger.sent('a', 0, 20 * MS, 0).mark).filter(Boolean);
    expect(marks).toHaveLength(4);
    expect(ledger.itemDone('a').mark).toMatch(/:end:/);
    expect(ledger.itemDone('a')).toEqual({});
  });

  it('knows an item is finished only from the echo of its end', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 200 * MS, 0);
    const end = ledger.itemDone('a').mark ?? '';
    expect([ledger.isFinished('a'), ledger.allPlayed()]).toEqual([false, false]);
    ledger.markReturned(end, 200);
    expect([ledger.isFinished('a'), ledger.allPlayed()]).toEqual([true, true]);
  });

  it('finishes an item without audio at once, and knows nothing of an unknown one', () => {
    const ledger = createPlaybackLedger();
    expect(ledger.itemDone('silent')).toEqual({});
    expect(ledger.isFinished('silent')).toBe(true);
    expect(ledger.isFinished('never seen')).toBe(false);
  });

  // Twilio returns every pending mark after a clear; counting them made models believe they had been heard out.
  it('ignores marks returned by the clear', () => {
    const ledger = createPlaybackLedger();
    const mark = ledger.sent('a', 0, 1000 * MS, 0).mark ?? '';
    expect(ledger.interrupt(400)).toEqual({
      clear: true,
      items: [{ itemId: 'a', contentIndex: 0, heardMs: 400, sentMs: 1000 }],
    });
    ledger.markReturned(mark, 450);
    expect(ledger.heardMs('a', 450)).toBe(400);
    expect(ledger.isFinished('a')).toBe(false);
    expect(ledger.isInterrupted('a')).toBe(true);
  });

  it('lists items still waiting in the buffer as not heard, and leaves finished ones alone', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 100 * MS, 0);
    ledger.markReturned(ledger.itemDone('a').mark ?? '', 100);
    ledger.sent('b', 0, 300 * MS, 100);
    ledger.itemDone('b');
    ledger.sent('c', 0, 300 * MS, 100);
    expect(ledger.interrupt(200).items).toEqual([
      { itemId: 'b', contentIndex: 0, heardMs: 100, sentMs: 300 },
      { itemId: 'c', contentIndex: 0, heardMs: 0, sentMs: 300 },
    ]);
  });

  it('asks for no clear when everything was proved played', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 100 * MS, 0);
    ledger.markReturned(ledger.itemDone('a').mark ?? '', 100);
    expect(ledger.interrupt(5_000)).toEqual({ clear: false, items: [] });
  });

  // Late deltas of a cancelled response must not revive what was cut.
  it('ignores audio of an interrupted item', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 1000 * MS, 0);
    ledger.interrupt(400);
    expect(ledger.sent('a', 0, 500 * MS, 410)).toEqual({});
    expect(ledger.unplayedMs(410)).toBe(0);
    expect(ledger.heardMs('a', 9_000)).toBe(400);
  });

  it('takes back what was not heard, and lets it be sent again to the end', () => {
    const ledger = createPlaybackLedger();
    const early = ledger.sent('a', 0, 1000 * MS, 0).mark ?? '';
    ledger.itemDone('a');
    expect(ledger.takeBack(400)).toEqual({ clear: true, unheardBytes: 600 * MS });
    ledger.markReturned(early, 410);
    expect([ledger.heardMs('a', 5_000), ledger.isFinished('a')]).toEqual([400, false]);
    ledger.sent('a', 0, 600 * MS, 5_000);
    ledger.markReturned(ledger.itemDone('a').mark ?? '', 5_600);
    expect([ledger.heardMs('a', 5_600), ledger.isFinished('a')]).toEqual([1000, true]);
  });

  // One lost echo, and the account was open for the rest of the call.
  it('takes everything sent for played when the echoes are given up, and hears no late one', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 1000 * MS, 0);
    const end = ledger.itemDone('a').mark ?? '';
    ledger.giveUp(6_000);
    expect([ledger.heardMs('a', 6_000), ledger.unplayedMs(6_000)]).toEqual([1_000, 0]);
    expect([ledger.isFinished('a'), ledger.allPlayed()]).toEqual([true, true]);
    ledger.sent('b', 0, 1000 * MS, 7_000);
    ledger.markReturned(end, 7_100);
    expect([ledger.heardMs('b', 7_100), ledger.unplayedMs(7_100)]).toEqual([100, 900]);
  });

  it('cuts what was taken back where it was heard', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 1000 * MS, 0);
    ledger.takeBack(400);
    expect(ledger.interrupt(900)).toEqual({
      clear: false,
      items: [{ itemId: 'a', contentIndex: 0, heardMs: 400, sentMs: 400 }],
    });
  });

  it('starts the clock again after a pause in which nothing was left to play', () => {
    const ledger = createPlaybackLedger();
    ledger.sent('a', 0, 100 * MS, 0);
    ledger.sent('b', 0, 1000 * MS, 10_000);
    expect(ledger.heardMs('b', 10_050)).toBe(0);
  });
});

type Step =
  | { do: 'send'; item: number; content: number; bytes: number }
  | { do: 'done'; item: number }
  | { do: 'interrupt' }
  | { do: 'take back' }
  | { do: 'give up' }
  | { do: 'wait'; ms: number }
  | { do: 'noise'; name: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), item: fc.nat(3), content: fc.nat(1), bytes: fc.nat(9_000) }),
  fc.record({ do: fc.constant('done' as const), item: fc.nat(3) }),
  fc.record({ do: fc.constant('interrupt' as const) }),
  fc.record({ do: fc.constant('take back' as const) }),
  fc.record({ do: fc.constant('give up' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(700) }),
  fc.record({ do: fc.constant('noise' as const), name: fc.string() }),
);

/** The far end: plays in real time from a buffer, echoes marks, returns them all on a clear. */
function createPlayer() {
  let now = 0;
  let buffer: ({ item: string; bytes: number } | { mark: string })[] = [];
  const played = new Map<string, number>();
  const echoes: { name: string; atMs: number }[] = [];
  function settle() {
    while (buffer[0] && 'mark' in buffer[0]) {
      echoes.push({ name: buffer[0].mark, atMs: now });
      buffer.shift();
    }
  }
  return {
    played: (item: string) => Math.floor((played.get(item) ?? 0) / MS),
    get unplayed() {
      return buffer.reduce((sum, entry) => sum + ('bytes' in entry ? entry.bytes : 0), 0) / MS;
    },
    receive(item: string, bytes: number) {
      buffer.push({ item, bytes });
    },
    mark(name: string) {
      buffer.push({ mark: name });
      settle();
    },
    clear() {
      for (const entry of buffer) if ('mark' in entry) echoes.push({ name: entry.mark, atMs: now });
      buffer = [];
    },
    advance(ms: number) {
      const end = now + ms;
      let left = ms * MS;
      while (left > 0 && buffer[0]) {
        const head = buffer[0];
        if ('bytes' in head) {
          const bytes = Math.min(left, head.bytes);
          head.bytes -= bytes;
          left -= bytes;
          now += bytes / MS;
          played.set(head.item, (played.get(head.item) ?? 0) + bytes);
          if (head.bytes === 0) buffer.shift();
        }
        settle();
      }
      now = end;
    },
    takeEchoes: () => echoes.splice(0),
  };
}

describe('for any order of audio, marks, interruptions and time', () => {
  // Every thread about truncation beyond the audio is a violation of one of these.
  it('agrees to the millisecond with a player whose echoes arrive at once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ledger = createPlaybackLedger();
        const player = createPlayer();
        const cut = new Set<string>();
        let now = 0;
        const deliver = () => {
          for (const echo of player.takeEchoes()) ledger.markReturned(echo.name, echo.atMs);
        };
        for (const action of steps) {
          if (action.do === 'send') {
            const item = `item${action.item}`;
            const { mark } = ledger.sent(item, action.content, action.bytes, now);
            if (!cut.has(item) && action.bytes > 0) player.receive(item, action.bytes);
            if (mark) player.mark(mark);
          } else if (action.do === 'done') {
            const { mark } = ledger.itemDone(`item${action.item}`);
            if (mark) player.mark(mark);
          } else if (action.do === 'wait') {
            player.advance(action.ms);
            now += action.ms;
          } else if (action.do === 'noise') {
            ledger.markReturned(action.name, now);
          } else if (action.do === 'give up') {
            // Long after the end, and without a single echo of it.
            const ms = Math.ceil(player.unplayed);
            player.advance(ms);
            now += ms;
            player.takeEchoes();
            ledger.giveUp(now);
          } else if (action.do === 'take back') {
            const { clear, unheardBytes } = ledger.takeBack(now);
            expect(clear || player.unplayed === 0).toBe(true);
            expect(Math.abs(unheardBytes - player.unplayed * MS)).toBeLessThan(1);
            player.clear();
          } else {
            const { clear, items } = ledger.interrupt(now);
            expect(clear || player.unplayed === 0).toBe(true);
            if (clear) player.clear();
            for (const item of items) cut.add(item.itemId);
          }
          deliver();
          for (const item of ['item0', 'item1', 'item2', 'item3']) {
            expect(Math.abs(ledger.heardMs(item, now) - player.played(item))).toBeLessThanOrEqual(1);
            if (ledger.isFinished(item)) expect(ledger.isInterrupted(item)).toBe(false);
          }
          expect(ledger.unplayedMs(now)).toBeCloseTo(player.unplayed, 6);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never counts more than was sent, never takes back, never counts cleared audio, whatever echoes come', () => {
    const hostile = fc.oneof(step, fc.record({ do: fc.constant('echo' as const), which: fc.nat() }));
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 80 }), (steps) => {
        const ledger = createPlaybackLedger();
        const sent = new Map<string, number>();
        const heard = new Map<string, number>();
        const frozen = new Map<string, number>();
        const marks: string[] = [];
        let now = 0;
        for (const action of steps) {
          if (action.do === 'send') {
            const item = `item${action.item}`;
            if (!ledger.isInterrupted(item)) sent.set(item, (sent.get(item) ?? 0) + action.bytes);
            const { mark } = ledger.sent(item, action.content, action.bytes, now);
            if (mark) marks.push(mark);
          } else if (action.do === 'done') {
            const { mark } = ledger.itemDone(`item${action.item}`);
            if (mark) marks.push(mark);
          } else if (action.do === 'wait') now += action.ms;
          else if (action.do === 'noise') ledger.markReturned(action.name, now);
          // Any mark ever made, in any order and any number of times, also after it was cleared.
          else if (action.do === 'echo') ledger.markReturned(marks[action.which % (marks.length || 1)] ?? '', now);
          else if (action.do === 'take back') ledger.takeBack(now);
          else if (action.do === 'give up') {
            ledger.giveUp(now);
            expect([ledger.allPlayed(), ledger.unplayedMs(now)]).toEqual([true, 0]);
          } else {
            const { items } = ledger.interrupt(now);
            for (const item of items) {
              expect(item.heardMs).toBeLessThanOrEqual(item.sentMs);
              frozen.set(item.itemId, ledger.heardMs(item.itemId, now));
            }
            expect(ledger.allPlayed()).toBe(true);
            expect(ledger.unplayedMs(now)).toBe(0);
          }
          for (const [item, bytes] of sent) {
            const ms = ledger.heardMs(item, now);
            expect(ms).toBeLessThanOrEqual(Math.floor(bytes / MS));
            expect(ms).toBeGreaterThanOrEqual(heard.get(item) ?? 0);
            if (frozen.has(item)) expect(ms).toBe(frozen.get(item));
            heard.set(item, ms);
          }
          expect(ledger.unplayedMs(now)).toBeGreaterThanOrEqual(0);
        }
        expect(new Set(marks).size).toBe(marks.length);
      }),
      { numRuns: 400 },
    );
  });
});
