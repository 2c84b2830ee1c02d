/** The calls of this simulator, live and past, and the people who answer when the system calls them. */
import { type Call, type CallOrder, startCall } from './call.ts';
import type { CallContext } from './call-context.ts';
import { type Callee, callee } from './script.ts';

/** A soak test places thousands; the oldest ended ones go first. */
const MAX_CALLS_KEPT = 5_000;

export interface CallRegistry {
  start(order: CallOrder): Call;
  find(sid: string): Call | undefined;
  all(): Call[];
  setCallee(person: Callee): void;
  calleeOf(number: string): Callee;
}

export function createRegistry(shared: Omit<CallContext, 'calleeOf'>): CallRegistry {
  const calls = new Map<string, Call>();
  const callees = new Map<string, Callee>();
  const calleeOf = (number: string) => callees.get(number) ?? callee.parse({ number });
  const context = { ...shared, calleeOf };
  return {
    start(order) {
      const call = startCall(context, order);
      calls.set(call.sid, call);
      if (calls.size > MAX_CALLS_KEPT) {
        const oldest = calls.values().find((kept) => kept.endedAt !== undefined);
        if (oldest) calls.delete(oldest.sid);
      }
      return call;
    },
    find: (sid) => calls.get(sid),
    all: () => [...calls.values()],
    setCallee: (person) => void callees.set(person.number, person),
    calleeOf,
  };
}
