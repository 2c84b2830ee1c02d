/** Keeps a call's line slot from expiring while the call lives, and frees it at the end. */
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';

export interface Lines {
  /** Taken again when it has expired. @returns false when another call holds it now, which ends nobody's call */
  renew(businessId: string, line: number, callSid: string): Promise<boolean>;
  release(businessId: string, line: number, callSid: string): Promise<void>;
}

export async function createLines(messaging: Messaging): Promise<Lines> {
  const bucket = await messaging.bucket(lines);
  return {
    async renew(businessId, line, callSid) {
      const key = lineKey(businessId, line);
      const held = await bucket.get(key);
      if (held === undefined) return (await bucket.create(key, { callSid })) !== undefined;
      if (held.value.callSid !== callSid) return false;
      return (await bucket.update(key, { callSid }, held.revision)) !== undefined;
    },
    async release(businessId, line, callSid) {
      const key = lineKey(businessId, line);
      const held = await bucket.get(key);
      if (held?.value.callSid === callSid) await bucket.delete(key, held.revision);
    },
  };
}

/** A third of the slot's time to live. */
const RENEW_EVERY_MS = 10_000;

export interface KeptLine {
  /** Never rejects: what cannot be freed expires. */
  release(): Promise<void>;
  /** Renews it no more, and leaves it to whoever has the call now. */
  leave(): void;
}

export function keepLine(
  { clock, lines, log }: { clock: Clock; lines: Lines; log: Logger },
  { businessId, line, callSid }: { businessId: string; line: number; callSid: string },
): KeptLine {
  let timer = clock.after(RENEW_EVERY_MS, renew);
  let released = false;

  function renew(): void {
    if (released) return;
    timer = clock.after(RENEW_EVERY_MS, renew);
    lines.renew(businessId, line, callSid).then(
      (held) => {
        if (!held) log.warn({ call_sid: callSid, line }, 'another call holds this line');
      },
      (error: unknown) => log.warn({ call_sid: callSid, err: error }, 'the line was not renewed'),
    );
  }

  function leave(): void {
    released = true;
    timer[Symbol.dispose]();
  }

  return {
    leave,
    async release() {
      leave();
      await lines
        .release(businessId, line, callSid)
        .catch((error: unknown) => log.warn({ call_sid: callSid, err: error }, 'the line was not freed'));
    },
  };
}
