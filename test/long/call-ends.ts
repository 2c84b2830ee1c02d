/** How a call may end in the soak, by what was done to it; any other end cut a caller off, or ignored them. */
import type { EndReason } from '@frontdesk/contracts/events/call';
import { conversationOf, timesHeard } from '../failures/scene/sound.ts';
import type { CallReport } from '../simulators/twilio/report.ts';

/** A frozen bridge's calls are heard again after so long. */
const STREAM_BACK_WITHIN_MS = 5_000;

/** How long, in the end, the call had no stream. */
function withoutStreamMs({ streams, durationMs }: CallReport): number {
  const [answeredAtMs = 0] = streams.map(({ startMs }) => startMs);
  return answeredAtMs + durationMs - (streams.at(-1)?.endMs ?? answeredAtMs + durationMs);
}

/**
 * @param hungUp those the telephone network hung up on, sooner or later
 * @param reasons as the books have them, of every call that began
 * @returns the other ends, each with what was said
 */
export function unexplained(
  reports: readonly CallReport[],
  hungUp: ReadonlySet<string>,
  reasons: ReadonlyMap<string, EndReason>,
): string[] {
  return reports
    .filter((report) => {
      const reason = reasons.get(report.callSid);
      if (timesHeard(report, 'are you still there') > 0) return true;
      // The goodbyes of both were heard, whatever happened on the way.
      if (reason === 'goodbye' && report.script.done) return false;
      // Of several broken sessions the last one was one too many: the business's fallback has the caller.
      if (reason === 'model_lost') return false;
      if (!hungUp.has(report.callSid)) return true;
      // A bridge learns of a hang-up by the stream: while that is lost, the whole call is told as lost.
      if (reason === 'stream_lost') return withoutStreamMs(report) > STREAM_BACK_WITHIN_MS;
      // Before the stream was there, they never came on the line; sooner still, no conversation began.
      return ![undefined, 'caller_hung_up', 'never_connected'].includes(reason);
    })
    .map((report) => {
      const reason = reasons.get(report.callSid) ?? 'never began';
      return `${report.callSid} ${reason}, ${report.script.failure ?? 'at the end of its script'}\n${conversationOf(report)}`;
    });
}
