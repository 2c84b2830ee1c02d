/**
 * One call leg from the first ring to the last callback: fetches documents, runs their verbs, and obeys whoever decides
 * otherwise meanwhile (the person hangs up, REST redirects or ends it).
 */
import type { CallContext } from './call-context.ts';
import { callForm } from './call-form.ts';
import { callReport, newCallLog } from './call-log.ts';
import { type DocumentSource, loadDocument } from './documents.ts';
import { type Directive, type FinalStatus, type Leg, pause } from './leg.ts';
import { answerLine, type Line } from './line.ts';
import { prepare } from './mouth.ts';
import type { CallReport } from './report.ts';
import { playFrames, runVerb } from './run-verb.ts';
import type { CallFaults, ScriptedCaller } from './script.ts';
import { createScriptedCaller } from './scripted-caller.ts';
import { newSid } from './sids.ts';
import { createStatusCallbacks, type StatusCallbackTarget } from './status-callbacks.ts';
import { TwilioError } from './twiml-error.ts';
import type { Verb } from './twiml-verbs.ts';

/** How long the end of a call waits for its callbacks to be answered. */
const CALLBACK_GRACE_MS = 2_000;
const MAX_DOCUMENTS = 500;

export interface CallOrder {
  direction: 'inbound' | 'outbound-api';
  from: string;
  to: string;
  voice: DocumentSource;
  fallbackUrl?: string | undefined;
  statusCallback?: StatusCallbackTarget | undefined;
  stirVerstat?: string | undefined;
  forwardedFrom?: string | undefined;
  streamSetupMs: number;
  caller: ScriptedCaller;
  faults: CallFaults;
  /** How the other end of an outbound call takes it. */
  ring?: { answers: 'answer' | 'busy' | 'no-answer'; ms: number };
}

export type CallStatus = 'queued' | 'ringing' | 'in-progress' | FinalStatus;

export interface Call {
  readonly sid: string;
  readonly order: CallOrder;
  readonly status: CallStatus;
  readonly createdAt: Date;
  readonly answeredAt: Date | undefined;
  readonly endedAt: Date | undefined;
  report(): CallReport;
  /** Over, and its callbacks answered as far as they were within two seconds. */
  readonly ended: Promise<void>;
  /** Leaves whatever it does and goes on with another document. */
  redirect(source: DocumentSource, statusCallback?: StatusCallbackTarget): void;
  end(status: FinalStatus): void;
}

export function startCall(context: CallContext, order: CallOrder): Call {
  const sid = newSid('CA');
  const placedAtMs = context.clock.monotonicMs();
  const sinceMs = () => Math.round(context.clock.monotonicMs() - placedAtMs);
  const caller = createScriptedCaller(order.caller, order.faults);
  const log = newCallLog();
  const createdAt = new Date();
  let answeredAt: Date | undefined;
  let endedAt: Date | undefined;
  let status: CallStatus = order.direction === 'inbound' ? 'ringing' : 'queued';
  let statusCallback = order.statusCallback;
  let line: Line | undefined;
  let turn = new AbortController();
  let pending: Directive | undefined;

  const form = () => callForm({ ...order, callSid: sid, accountSid: context.accountSid, status });
  const onError = (error: TwilioError) => void log.errors.push(String(error));
  const callbacks = createStatusCallbacks(
    () => statusCallback,
    context.webhooks,
    order.faults,
    (code, text) => onError(new TwilioError(code, text)),
  );

  function decide(directive: Directive): void {
    // Nothing overrules the end of a call.
    if (endedAt !== undefined || pending?.kind === 'end') return;
    pending = directive;
    turn.abort();
  }

  function answer(): Line {
    if (line !== undefined) return line;
    status = 'in-progress';
    answeredAt = new Date();
    log.answeredMs = sinceMs();
    line = answerLine(context.pacer, caller, () => decide({ kind: 'end', status: 'completed' }));
    callbacks.notify('answered', form());
    return line;
  }

  function legOf(signal: AbortSignal): Leg {
    return {
      callSid: sid,
      context,
      line: answer(),
      faults: order.faults,
      streamSetupMs: order.streamSetupMs,
      signal,
      isEnding: () => pending?.kind === 'end',
      sinceMs,
      form,
      log,
      onError,
    };
  }

  async function runVerbs(verbs: Verb[], signal: AbortSignal): Promise<Directive> {
    const [first] = verbs;
    if (first?.kind === 'reject' && line === undefined) return { kind: 'end', status: first.status };
    const leg = legOf(signal);
    for (const verb of verbs) {
      const next = await runVerb(verb, leg);
      if (signal.aborted) break;
      if (next !== undefined) return next;
    }
    return { kind: 'end', status: 'completed' };
  }

  async function obey(source: DocumentSource): Promise<Directive> {
    const { signal } = turn;
    try {
      const loading = loadDocument(source, {
        webhooks: context.webhooks,
        form: form(),
        faults: order.faults,
        sinceMs,
        log: log.twiml,
      });
      const verbs = await Promise.race([loading, aborted(signal)]);
      return verbs === undefined ? { kind: 'end', status: 'completed' } : await runVerbs(verbs, signal);
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      onError(error);
      return fallBack(source, error, signal);
    }
  }

  async function fallBack(source: DocumentSource, error: TwilioError, signal: AbortSignal): Promise<Directive> {
    const url = 'url' in source ? source.url : '';
    if (order.fallbackUrl !== undefined && url !== order.fallbackUrl) {
      const extra = { ErrorCode: String(error.code), ErrorUrl: url };
      return { kind: 'document', source: { url: order.fallbackUrl, method: 'POST', extra } };
    }
    await playFrames(legOf(signal), prepare('An application error has occurred. Goodbye.').frames);
    return { kind: 'end', status: 'completed' };
  }

  async function ring(): Promise<FinalStatus | undefined> {
    callbacks.notify('initiated', { ...form(), CallStatus: 'initiated' });
    if (order.ring === undefined) {
      callbacks.notify('ringing', form());
      return undefined;
    }
    status = 'ringing';
    callbacks.notify('ringing', form());
    await pause({ context, signal: turn.signal }, order.ring.ms);
    if (pending?.kind === 'end') return pending.status;
    if (order.ring.answers !== 'answer') return order.ring.answers;
    answer();
    return undefined;
  }

  async function run(): Promise<FinalStatus> {
    const unanswered = await ring();
    if (unanswered !== undefined) return unanswered;
    let next: Directive = pending ?? { kind: 'document', source: order.voice };
    for (let documents = 0; next.kind === 'document'; documents += 1) {
      if (documents === MAX_DOCUMENTS) throw new Error('the call fetches documents without end');
      turn = new AbortController();
      pending = undefined;
      const decided: Directive = await obey(next.source);
      next = pending ?? decided;
    }
    return next.status;
  }

  function finish(final: FinalStatus): void {
    status = final;
    endedAt = new Date();
    log.maxFrameLateMs = line?.maxFrameLateMs ?? 0;
    log.durationMs = answeredAt === undefined ? 0 : sinceMs() - (log.answeredMs ?? 0);
    line?.[Symbol.dispose]();
    caller.lineEnded();
    const seconds = Math.round(log.durationMs / 1000);
    callbacks.notify('completed', {
      ...form(),
      CallDuration: String(seconds),
      Duration: String(Math.ceil(seconds / 60)),
      SipResponseCode: final === 'busy' ? '486' : final === 'no-answer' ? '487' : '200',
    });
  }

  const ended = run()
    .catch((error: unknown) => {
      log.errors.push(`simulator: ${error instanceof Error ? error.message : String(error)}`);
      return 'failed' as const;
    })
    .then(async (final) => {
      finish(final);
      const grace = Promise.withResolvers<void>();
      using _ = context.clock.after(CALLBACK_GRACE_MS, grace.resolve);
      await Promise.race([callbacks.settled(), grace.promise]);
    });

  return {
    sid,
    order,
    createdAt,
    ended,
    get status() {
      return status;
    },
    get answeredAt() {
      return answeredAt;
    },
    get endedAt() {
      return endedAt;
    },
    report() {
      const durationMs = endedAt || !answeredAt ? log.durationMs : sinceMs() - (log.answeredMs ?? 0);
      const maxFrameLateMs = endedAt ? log.maxFrameLateMs : (line?.maxFrameLateMs ?? 0);
      const facts = { callSid: sid, direction: order.direction, from: order.from, to: order.to, status };
      return callReport(
        { ...facts, durationMs, maxFrameLateMs, ended: endedAt !== undefined, callbacks: callbacks.sent },
        log,
        caller.report(),
      );
    },
    redirect(source, replaced) {
      if (replaced !== undefined) statusCallback = replaced;
      decide({ kind: 'document', source });
    },
    end: (final) => decide({ kind: 'end', status: final }),
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
