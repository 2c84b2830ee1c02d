/** What is noted while a call runs, and the report made of it. */
import type { CallReport, Utterance } from './report.ts';
import type { Caller } from './scripted-caller.ts';

export interface CallLog
  extends Pick<
    CallReport,
    | 'twiml'
    | 'streams'
    | 'recordings'
    | 'dials'
    | 'errors'
    | 'marksReturned'
    | 'clears'
    | 'mediaFramesIn'
    | 'mediaFramesOut'
    | 'durationMs'
    | 'maxFrameLateMs'
  > {
  answeredMs: number | undefined;
  startToFirstAudioMs: number | undefined;
}

export function newCallLog(): CallLog {
  return {
    twiml: [],
    streams: [],
    recordings: [],
    dials: [],
    errors: [],
    marksReturned: 0,
    clears: 0,
    mediaFramesIn: 0,
    mediaFramesOut: 0,
    durationMs: 0,
    maxFrameLateMs: 0,
    answeredMs: undefined,
    startToFirstAudioMs: undefined,
  };
}

type Facts = Pick<
  CallReport,
  'callSid' | 'direction' | 'from' | 'to' | 'status' | 'durationMs' | 'maxFrameLateMs' | 'ended' | 'callbacks'
>;

export function callReport(facts: Facts, log: CallLog, person: ReturnType<Caller['report']>): CallReport {
  const { answeredMs = 0, startToFirstAudioMs, ...noted } = log;
  // The person counts from the answer, the report from the moment the call was placed.
  const shifted = (utterances: Utterance[]) =>
    utterances.map(({ text, startMs, endMs }) => ({ text, startMs: startMs + answeredMs, endMs: endMs + answeredMs }));
  const { replyMs, interruptionToSilenceMs, ...acted } = person;
  return {
    ...noted,
    ...acted,
    ...facts,
    said: shifted(acted.said),
    heard: shifted(acted.heard),
    timings: { webhookToTwimlMs: log.twiml[0]?.ms, startToFirstAudioMs, replyMs, interruptionToSilenceMs },
  };
}
