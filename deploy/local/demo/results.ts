/** Prints what came of the calls: tools, appointment, summary, events, timings. */
import { type CloudEvent, eventType } from '@frontdesk/contracts/event';
import { callSummarized } from '@frontdesk/contracts/events/call';
import pc from 'picocolors';
import type { CallEvidence } from './evidence.ts';

export function printResults(calls: readonly CallEvidence[]): void {
  for (const call of calls) {
    if (calls.length > 1) console.log(pc.bold(`\n${call.story.name} at ${call.business.name}`));
    printTools(call);
    printAppointment(call);
    printSummary(call);
    if (calls.length === 1) printEvents(call);
  }
  printTimings(calls);
}

function heading(text: string): void {
  console.log(pc.bold(`\n${text}`));
}

function printTools({ kept }: CallEvidence): void {
  heading('Tools called');
  for (const { name, outcome, duration_ms: durationMs } of kept?.tool_calls ?? []) {
    console.log(`  ${name.padEnd(18)} ${outcome.padEnd(12)} ${durationMs} ms`);
  }
}

function printAppointment({ appointments, business }: CallEvidence): void {
  heading('Appointment, read back from PostgreSQL');
  for (const found of appointments) {
    const starts = Temporal.Instant.fromEpochMilliseconds(found.startsAt.getTime()).toZonedDateTimeISO(
      business.timeZone,
    );
    const when = starts.toLocaleString('en-US', { dateStyle: 'full', timeStyle: 'short' });
    console.log(`  ${found.serviceName} with ${found.resourceName}, ${when}`);
    console.log(`  for ${found.customerName}, confirmation code ${found.confirmationCode}`);
  }
}

function printSummary({ live }: CallEvidence): void {
  const event = live.find(({ type }) => type === eventType(callSummarized));
  if (!event) return;
  const { summary, outcome, sentiment, topics } = callSummarized.data.parse(event.data);
  heading('Summary');
  console.log(`  ${summary}`);
  console.log(pc.dim(`  ${outcome}, ${sentiment}${topics.length > 0 ? `, about ${topics.join(', ')}` : ''}`));
}

function printEvents({ live, business }: CallEvidence): void {
  heading(`Events that ${business.name} received with its own credentials`);
  for (const event of live) console.log(`  ${timeOf(event)} ${event.type.padEnd(34)} ${pc.dim(event.id)}`);
}

function timeOf({ time }: CloudEvent): string {
  return Temporal.Instant.from(time).toString({ fractionalSecondDigits: 3 }).slice(11, 23);
}

function printTimings(calls: readonly CallEvidence[]): void {
  const timings = calls.map(({ report }) => report.timings);
  const rows: [string, number[]][] = [
    ['webhook → TwiML', timings.flatMap(({ webhookToTwimlMs }) => webhookToTwimlMs ?? [])],
    ['start → first audio', timings.flatMap(({ startToFirstAudioMs }) => startToFirstAudioMs ?? [])],
    ['caller’s last word → first reply audio', timings.flatMap(({ replyMs }) => replyMs)],
    ['interruption → silence', timings.flatMap(({ interruptionToSilenceMs }) => interruptionToSilenceMs)],
  ];
  heading('Timings');
  for (const [name, values] of rows) {
    const sorted = values.toSorted((a, b) => a - b);
    const text =
      sorted.length > 1
        ? `${ms(median(sorted))} (median of ${sorted.length}, longest ${ms(sorted.at(-1))})`
        : ms(sorted[0]);
    console.log(`  ${name.padEnd(40)} ${text}`);
  }
}

function median(sorted: readonly number[]): number | undefined {
  return sorted[Math.floor(sorted.length / 2)];
}

function ms(value: number | undefined): string {
  return value === undefined ? '—' : `${Math.round(value)} ms`;
}
