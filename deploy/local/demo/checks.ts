/**
 * What must be true of a call that went as it should. Each check looks at what independent parties say (the telephone
 * network, the transcript, the events, PostgreSQL) and returns what does not fit, in words; nothing when all fits.
 */
import { type CloudEvent, eventType } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import {
  callCompleted,
  callEnded,
  callStarted,
  callSummarized,
  callToolCalled,
  callTurn,
} from '@frontdesk/contracts/events/call';
import type { CallEvidence } from './evidence.ts';
import { checkTranscript } from './transcript-check.ts';
import { saysPhrase, wordsOf } from './words.ts';

type Check = (evidence: CallEvidence) => string[];

/** Causes before consequences: the first thing that does not fit is what the demo says last. */
const checks: Check[] = [
  checkTools,
  checkConversation,
  checkTranscript,
  checkBooking,
  checkSummary,
  checkEvents,
  checkReplay,
];

/** @returns what is wrong, each naming who it is about when there are several calls */
export function judgeCall(evidence: CallEvidence): string[] {
  return checks.flatMap((check) => check(evidence));
}

function checkConversation({ report, story }: CallEvidence): string[] {
  const heard = report.heard.map(({ text }) => text).join(' ');
  const problems: string[] = [];
  if (report.damagedWords > 0) problems.push(`conversation: ${report.damagedWords} word(s) reached the caller damaged`);
  if (report.script.failure) problems.push(`conversation: ${report.script.failure}`);
  if (report.status !== 'completed') problems.push(`conversation: the call ended as ${report.status}`);
  if (!saysPhrase(heard, story.answer)) problems.push(`conversation: the caller never heard "${story.answer}"`);
  if (!saysPhrase(heard, 'goodbye')) problems.push('conversation: the receptionist never said goodbye');
  if (story.interrupts && report.timings.interruptionToSilenceMs.length === 0) {
    problems.push('conversation: the interruption did not silence the receptionist');
  }
  return [...problems, ...report.errors.map((error) => `conversation: the telephone network complained: ${error}`)];
}

function checkTools({ kept, story }: CallEvidence): string[] {
  const calls = kept?.tool_calls ?? [];
  const wanted = ['search_knowledge', 'find_slots', 'book_slot'];
  const failed = calls.filter(({ outcome }) => outcome !== 'ok');
  const missing = wanted.filter((name) => !calls.some((call) => call.name === name));
  return [
    ...failed.map(({ name, outcome, output }) => `tools: ${name} ended as ${outcome}: ${output}`),
    ...missing.map((name) => `tools: ${name} was never called for ${story.name}`),
  ];
}

function checkBooking({ appointments, overlaps, live, report, story }: CallEvidence): string[] {
  if (overlaps > 0) return [`booking: ${overlaps} pair(s) of appointments keep one person busy at the same time`];
  const [appointment, second] = appointments;
  if (!appointment) return [`booking: PostgreSQL holds no appointment for ${story.name}`];
  const problems: string[] = [];
  if (second) problems.push(`booking: ${story.name} has ${appointments.length} appointments`);
  if (appointment.customerName !== story.name) {
    problems.push(`booking: it is in the name of ${appointment.customerName}, the caller said ${story.name}`);
  }
  if (wordsOf(appointment.serviceName).join() !== wordsOf(story.service).join()) {
    problems.push(`booking: it is for "${appointment.serviceName}", the caller asked for "${story.service}"`);
  }
  const heard = report.heard.map(({ text }) => text).join(' ');
  if (!wordsOf(heard).includes(appointment.confirmationCode.toLowerCase())) {
    problems.push('booking: the caller never heard the confirmation code that PostgreSQL holds');
  }
  const booked = eventsOf(live, appointmentBooked).map(({ data }) => appointmentBooked.data.parse(data));
  const told = booked.find(({ appointmentId }) => appointmentId === appointment.id);
  if (!told) problems.push('booking: no event told the business of the appointment in PostgreSQL');
  else if (Temporal.Instant.from(told.startsAt).epochMilliseconds !== appointment.startsAt.getTime()) {
    problems.push(`booking: the event says ${told.startsAt}, PostgreSQL ${appointment.startsAt.toISOString()}`);
  }
  return problems;
}

function checkSummary({ live, kept, story }: CallEvidence): string[] {
  const [event] = eventsOf(live, callSummarized);
  if (!event) return ['summary: none came'];
  const { summary, outcome } = callSummarized.data.parse(event.data);
  const problems: string[] = [];
  // The name was made up for this call: a summary that has it was made from what arrived.
  if (!saysPhrase(summary, story.name)) problems.push(`summary: it does not name ${story.name}: "${summary}"`);
  if (outcome !== 'appointment_booked') problems.push(`summary: the outcome is ${outcome}`);
  if (kept?.summary !== summary) problems.push('summary: the call log has another than the event');
  return problems;
}

function checkEvents({ live, kept }: CallEvidence): string[] {
  const wanted = [callStarted, callTurn, callToolCalled, appointmentBooked, callEnded, callCompleted, callSummarized];
  const missing = wanted.filter((contract) => eventsOf(live, contract).length === 0);
  const problems = missing.map((contract) => `events: the business never received ${eventType(contract)}`);
  const [ended] = eventsOf(live, callEnded);
  if (!ended) return problems;
  const { entries } = callEnded.data.parse(ended.data);
  const told = eventsOf(live, callTurn).length + eventsOf(live, callToolCalled).length;
  if (told !== entries)
    problems.push(`events: the call had ${entries} turns and tool calls, the business was told ${told}`);
  const turns = eventsOf(live, callTurn).length;
  if (kept && kept.turns.length !== turns) {
    problems.push(`events: the call log has ${kept.turns.length} turns, the business was told ${turns}`);
  }
  return problems;
}

function checkReplay({ live, replayed }: CallEvidence): string[] {
  const ids = (events: readonly CloudEvent[]) =>
    events
      .map(({ id }) => id)
      .sort()
      .join();
  return ids(live) === ids(replayed)
    ? []
    : [`events: ${live.length} came live, ${replayed.length} are there when read from the start`];
}

function eventsOf(events: readonly CloudEvent[], contract: Parameters<typeof eventType>[0]): CloudEvent[] {
  return events.filter(({ type }) => type === eventType(contract));
}
