/** Prints conversations as a business sees them happen: from its events alone. */
import type { CloudEvent } from '@frontdesk/contracts/event';
import { eventType } from '@frontdesk/contracts/event';
import { callEnded, callStarted, callToolCalled, callTurn } from '@frontdesk/contracts/events/call';
import pc from 'picocolors';

export interface ConversationPrinter {
  event(event: CloudEvent): void;
}

/** @param labelOf a short name for a call when several run at once */
export function createConversationPrinter(
  labelOf: (callSid: string) => string | undefined,
  write: (line: string) => void = console.log,
): ConversationPrinter {
  const startedAt = new Map<string, Temporal.Instant>();

  function line(callSid: string, at: string, who: string, text: string): void {
    const began = startedAt.get(callSid);
    const seconds = began ? Temporal.Instant.from(at).since(began).total('seconds') : 0;
    const label = labelOf(callSid);
    write(`${pc.dim(clock(seconds))} ${label ? pc.dim(`[${label}] `) : ''}${who}  ${text}`);
  }

  return {
    event({ type, data }) {
      if (type === eventType(callStarted)) {
        const { callSid, startedAt: at } = callStarted.data.parse(data);
        startedAt.set(callSid, Temporal.Instant.from(at));
        line(callSid, at, pc.dim('           '), pc.dim('the call is answered'));
      }
      if (type === eventType(callTurn)) {
        const turn = callTurn.data.parse(data);
        const who = turn.role === 'caller' ? pc.cyan('caller      ') : pc.green('receptionist');
        line(
          turn.callSid,
          turn.startedAt,
          who,
          turn.interrupted ? `${turn.text} ${pc.yellow('— interrupted')}` : turn.text,
        );
      }
      if (type === eventType(callToolCalled)) {
        const tool = callToolCalled.data.parse(data);
        const outcome = tool.outcome === 'ok' ? '' : pc.red(` ${tool.outcome}`);
        const what = `${tool.name} ${tool.arguments}${outcome} (${tool.durationMs} ms)`;
        line(tool.callSid, tool.startedAt, pc.magenta('tool        '), pc.dim(what));
      }
      if (type === eventType(callEnded)) {
        const { callSid, endedAt, reason } = callEnded.data.parse(data);
        line(callSid, endedAt, pc.dim('           '), pc.dim(`the call is over (${reason})`));
      }
    },
  };
}

/** `00:07.3` */
function clock(seconds: number): string {
  const positive = Math.max(0, seconds);
  const minutes = String(Math.floor(positive / 60)).padStart(2, '0');
  return `${minutes}:${(positive % 60).toFixed(1).padStart(4, '0')}`;
}
