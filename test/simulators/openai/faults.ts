/**
 * Failures on demand. A fault with `at: "now"` happens to every matching session at once; any other is armed and
 * happens to the first sessions (or requests) it fits, `count` times.
 */
import { z } from 'zod';

const count = z.int().min(1).max(1000).default(1);
/** Which sessions: one by its id, or those whose instructions hold a text; all when neither is given. */
const target = { session: z.string().optional(), instructionsInclude: z.string().optional() };
/** `response`: when the next response starts. `audio`: right after the first audio of one was sent. */
const at = z.enum(['now', 'response', 'audio']).default('now');

export const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('refuse'),
    /** Of new Realtime sessions, or of requests to the REST API. */
    of: z.enum(['realtime', 'rest']).default('realtime'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    count,
  }),
  /** The connection is gone without a close frame. */
  z.strictObject({ kind: z.literal('drop'), at, count, ...target }),
  /** The connection stays, nothing comes any more, pings are not answered. */
  z.strictObject({ kind: z.literal('stall'), at, count, ...target }),
  z.strictObject({ kind: z.literal('expire'), at: z.literal('now').default('now'), count, ...target }),
  z.strictObject({
    kind: z.literal('error'),
    at: z.enum(['now', 'response']).default('now'),
    type: z.string().default('server_error'),
    code: z.string().nullable().default('server_error'),
    message: z.string().default('The server had an error while processing your request.'),
    count,
    ...target,
  }),
  z.strictObject({
    kind: z.literal('fail_response'),
    at: z.literal('response').default('response'),
    code: z.string().default('server_error'),
    message: z.string().default('The server had an error while processing your request.'),
    count,
    ...target,
  }),
  z.strictObject({
    kind: z.literal('slow_first_audio'),
    at: z.literal('response').default('response'),
    latencyMs: z.int().min(0).max(120_000),
    count,
    ...target,
  }),
  z.strictObject({ kind: z.literal('fail_transcription'), at: z.literal('turn').default('turn'), count, ...target }),
]);
export type Fault = z.infer<typeof fault>;
export type SessionFault = Exclude<Fault, { kind: 'refuse' }>;

export interface FaultTarget {
  id: string;
  instructions: string;
}

export interface Faults {
  arm(fault: Fault): void;
  /** Uses up one occurrence of an armed fault of this kind. */
  take<Kind extends SessionFault['kind']>(
    kind: Kind,
    at: string,
    session: FaultTarget,
  ): Extract<SessionFault, { kind: Kind }> | undefined;
  takeRefusal(of: 'realtime' | 'rest'): { status: number; code?: string } | undefined;
  clear(): void;
  readonly armed: readonly Fault[];
}

export function fits(wanted: SessionFault, session: FaultTarget): boolean {
  return (
    (wanted.session === undefined || wanted.session === session.id) &&
    (wanted.instructionsInclude === undefined || session.instructions.includes(wanted.instructionsInclude))
  );
}

export function createFaults(): Faults {
  let armed: Fault[] = [];

  function use(found: Fault | undefined): void {
    if (!found) return;
    found.count -= 1;
    if (found.count === 0) armed = armed.filter((other) => other !== found);
  }

  return {
    arm(wanted) {
      armed.push({ ...wanted });
    },
    take<Kind extends SessionFault['kind']>(kind: Kind, moment: string, session: FaultTarget) {
      const isOfKind = (each: Fault): each is Extract<SessionFault, { kind: Kind }> => each.kind === kind;
      const found = armed.filter(isOfKind).find((each) => each.at === moment && fits(each, session));
      use(found);
      return found;
    },
    takeRefusal(of) {
      const found = armed.filter((each) => each.kind === 'refuse').find((each) => each.of === of);
      use(found);
      return found;
    },
    clear() {
      armed = [];
    },
    get armed() {
      return armed;
    },
  };
}
