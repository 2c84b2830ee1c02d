/** Renews a call's line slot as long as the call lives. */
import type { Clock } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { Lines } from './outbound/lines.ts';

/** A third of the slot's time to live. */
const RENEW_EVERY_MS = 10_000;

export interface KeptLine {
  /** Never rejects: what cannot be freed expires. */
  release(): Promise<void>;
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

  return {
    async release() {
      released = true;
      timer[Symbol.dispose]();
      await lines
        .release(businessId, line, callSid)
        .catch((error: unknown) => log.warn({ call_sid: callSid, err: error }, 'the line was not freed'));
    },
  };
}
