/**
 * Waits a moment for more of what just came, so that it can go on together. Falling asleep, being woken up and waking
 * whoever reads next cost more than the frame it is done for, and with a hundred calls there is a frame every fifth of a
 * millisecond: they come five at a time in place of one or two.
 *
 * The whole process stands still for `GATHER_MS`, which is the point of it: what arrives meanwhile is read in one turn of
 * the event loop, the one after. It is a hundredth of what a caller could notice, once per turn that brought audio; a
 * gateway with more to do than that finds the next frames there already, and loses nothing by it.
 */
const GATHER_MS = 0.5;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Calls each function once, all of them together. */
export type Gather = (done: () => void) => void;

export function createGathering(): Gather {
  let waiting: (() => void)[] = [];

  function finish(): void {
    const all = waiting;
    waiting = [];
    for (const done of all) done();
  }

  return (done) => {
    if (waiting.push(done) > 1) return;
    setImmediate(() => {
      Atomics.wait(never, 0, 0, GATHER_MS);
      // One more look at the sockets comes before it.
      setImmediate(finish);
    });
  };
}
