/** Keeps a call's line slot from expiring while the call lives, and frees it at the end. */
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';
import type { Soon } from './call-record/common-start.ts';

export interface LineOfCall {
  businessId: string;
  line: number;
  callSid: string;
}

export interface HeldLine {
  /** Taken again when it has expired. @returns false when another call holds it now, which ends nobody's call */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Lines {
  of(line: LineOfCall): HeldLine;
}

export async function createLines(messaging: Messaging): Promise<Lines> {
  const bucket = await messaging.bucket(lines);

  function heldLine({ businessId, line, callSid }: LineOfCall): HeldLine {
    const key = lineKey(businessId, line);
    /** Of our last write. While it is the last one, nothing has to be read to write again. */
    let revision: number | undefined;
    return {
      async renew() {
        if (revision !== undefined) revision = await bucket.update(key, { callSid }, revision);
        if (revision !== undefined) return true;
        const held = await bucket.get(key);
        if (held === undefined) revision = await bucket.create(key, { callSid });
        else if (held.value.callSid === callSid) revision = await bucket.update(key, { callSid }, held.revision);
        return revision !== undefined;
      },
      async release() {
        const held = await bucket.get(key);
        if (held?.value.callSid === callSid) await bucket.delete(key, held.revision);
      },
    };
  }

  return { of: heldLine };
}

/** A third of the slot's time to live. */
const RENEW_EVERY_MS = 10_000;

export interface KeptLine {
  /** Never rejects: what cannot be freed expires. */
  release(): Promise<void>;
}

export interface CallOnLine {
  /** By its record: a bridge that stood still may have lost the call since it renewed the line last. */
  isOurs(): Promise<boolean>;
  /**
   * Resolves when the conversation is. The line is renewed no more then, however long it takes until everything is written
   * and it is released: it expires for the next caller, or is renewed by the bridge that goes on with the call.
   */
  over: Promise<void>;
}

/** @param soon a renewal leaves together with what other calls have to say to NATS */
export function keepLine(
  { clock, lines, log, soon }: { clock: Clock; lines: Lines; log: Logger; soon: Soon },
  ofCall: LineOfCall,
  { isOurs, over }: CallOnLine,
): KeptLine {
  const { callSid, line } = ofCall;
  const held = lines.of(ofCall);
  let timer = clock.after(RENEW_EVERY_MS, renew);
  let isOver = false;
  void over.then(() => {
    isOver = true;
    timer[Symbol.dispose]();
  });

  async function renewIfOurs(): Promise<void> {
    if (!(await isOurs()) || isOver) return;
    if (!(await held.renew())) log.warn({ call_sid: callSid, line }, 'another call holds this line');
  }

  function renew(): void {
    timer = clock.after(RENEW_EVERY_MS, renew);
    soon(() => {
      renewIfOurs().catch((error: unknown) => log.warn({ call_sid: callSid, err: error }, 'the line was not renewed'));
    });
  }

  return {
    async release() {
      await held
        .release()
        .catch((error: unknown) => log.warn({ call_sid: callSid, err: error }, 'the line was not freed'));
    },
  };
}
