/**
 * Who leans on what and who breaks it: several may share, one may break. Those who only lean go first, together; every
 * test asks once, so whoever breaks something has its turn.
 */
import type { Prop } from './orders.ts';

interface Wish {
  shared: readonly Prop[];
  exclusive: readonly Prop[];
}

export interface Holds {
  /** Resolves with an id to release by. */
  hold(wish: Wish): Promise<number>;
  release(id: number): void;
}

export function createHolds(): Holds {
  const held = new Map<number, Wish>();
  let waiting: { id: number; wish: Wish; grant: () => void }[] = [];
  let lastId = 0;

  function grantWhatCanBe(): void {
    waiting.sort((one, other) => one.wish.exclusive.length - other.wish.exclusive.length || one.id - other.id);
    waiting = waiting.filter(({ id, wish, grant }) => {
      if (!held.values().every((other) => canGoTogether(wish, other))) return true;
      held.set(id, wish);
      grant();
      return false;
    });
  }

  return {
    hold(wish) {
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.push({ id, wish, grant: () => resolve(id) });
      grantWhatCanBe();
      return promise;
    },
    release(id) {
      held.delete(id);
      grantWhatCanBe();
    },
  };
}

function canGoTogether(one: Wish, other: Wish): boolean {
  const touches = (wish: Wish, name: Prop) => wish.shared.includes(name) || wish.exclusive.includes(name);
  return !one.exclusive.some((name) => touches(other, name)) && !other.exclusive.some((name) => touches(one, name));
}
