/** A call's summary is due and this replica has claimed it: one attempt at making it. */
import { backoff } from '@frontdesk/lifecycle';
import { withCall, withSpan } from '@frontdesk/observability';
import type { Context } from '../context.ts';
import { type Conversation, isEmptyConversation } from '../domain/conversation.ts';
import { emptyCallSummary, NO_MODEL, settleSummary } from '../domain/summary-facts.ts';
import { summaryPrompt } from '../domain/summary-prompt.ts';
import { afterFailure, type FailureKind } from '../domain/summary-retry.ts';
import type { SummaryAnswer } from '../outbound/openai.ts';
import { readConversation } from '../store/call-reader.ts';
import { type Claim, keepFailure, keepSummary, releaseClaim } from '../store/summary-writer.ts';

const ACTOR = { kind: 'service', id: 'transcript' } as const;

/** Rejects only when the database fails; the claim then runs out by itself. @param signal breaks the attempt off */
export async function onSummaryDue(context: Context, claim: Claim, signal: AbortSignal): Promise<void> {
  const attributes = { 'frontdesk.business_id': claim.businessId, attempt: claim.attempt };
  await withCall(claim.callSid, () =>
    withSpan('transcript summarise-call', attributes, async (span) => {
      const { db, clock } = context;
      const startedMs = clock.monotonicMs();
      const conversation = await db.readAsTenant(claim.businessId, ACTOR, (tx) => readConversation(tx, claim));
      const answer = await summarise(context, conversation, signal);
      span.setAttribute('result', answer.kind);
      if (answer.kind === 'ok') return keep(context, claim, answer, startedMs);
      if (answer.kind === 'aborted') return db.asTenant(claim.businessId, ACTOR, (tx) => releaseClaim(tx, claim));
      return fail(context, claim, answer);
    }),
  );
}

async function summarise(context: Context, conversation: Conversation, signal: AbortSignal): Promise<SummaryAnswer> {
  if (isEmptyConversation(conversation)) {
    return { kind: 'ok', summary: emptyCallSummary(conversation.endReason), model: NO_MODEL };
  }
  const answer = await context.summaryModel.summarise(summaryPrompt(conversation), signal);
  return answer.kind === 'ok' ? { ...answer, summary: settleSummary(answer.summary, conversation) } : answer;
}

async function keep(
  { db, clock, events }: Context,
  claim: Claim,
  { summary, model }: Extract<SummaryAnswer, { kind: 'ok' }>,
  startedMs: number,
): Promise<void> {
  const now = clock.now();
  const kept = await db.asTenant(claim.businessId, ACTOR, async (tx) => {
    const call = await keepSummary(tx, claim, { summary, model, now });
    if (call) await events.callSummarized(tx, claim, { call, summary, model, now });
    return call !== undefined;
  });
  events.summaryAttempted(
    kept ? (model === NO_MODEL ? 'empty' : 'made') : 'lost_claim',
    clock.monotonicMs() - startedMs,
  );
}

async function fail(
  { db, clock, config, events }: Context,
  claim: Claim,
  { kind, code }: { kind: FailureKind; code: string },
): Promise<void> {
  const now = clock.now();
  const earlier = kind === 'unusable' ? claim.unusableAnswers : claim.attempt - 1 - claim.unusableAnswers;
  const next = afterFailure(kind, earlier + 1, backoff(config.summary.retry));
  const retryAt = next.kind === 'retry' ? now.add({ milliseconds: next.afterMs }) : undefined;
  await db.asTenant(claim.businessId, ACTOR, (tx) => keepFailure(tx, claim, { kind, code, retryAt, now }));
  events.summaryFailed(code, claim.attempt, retryAt !== undefined);
}
