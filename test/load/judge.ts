/** From what was measured to the figures that have a budget, and what is to be thought of them. Pure. */
import {
  type Budget,
  budgets,
  MOST_FOREIGN_LOAD,
  MOST_GENERATOR_LATENESS_MS,
  MOST_MACHINE_BUSY,
  MOST_RELAY_DRIFT,
  MOST_RELAY_SPREAD,
} from './budgets.ts';
import type { Moment } from './figures.ts';
import type { Phase } from './load.ts';
import type { Measured, Run } from './run.ts';
import { type Summary, summarize } from './samples.ts';

export type Verdict = 'met' | 'broken' | 'not judged' | 'not measured';

export interface Judged extends Budget {
  measured?: number;
  verdict: Verdict;
}

export interface Judgement {
  budgets: Judged[];
  /** Why figures that need a quiet machine mean nothing in this run. */
  disturbances: string[];
  /** What went wrong with the calls themselves. */
  problems: string[];
}

/** A clear that comes later than this has another cause. */
const CLEAR_WITHIN_US = 1_000_000;

export function judge(run: Run): Judgement {
  const figures = figuresOf(run);
  const disturbances = disturbancesOf(run);
  const doubts = incomparable(run);
  return {
    budgets: budgets.map((budget) => {
      const measured = figures[budget.figure];
      const reasons = budget.apart
        ? machineDisturbances(run.booking.machine, 'booking')
        : { '× relay': doubts, ms: disturbances, KiB: [] }[budget.unit];
      return { ...budget, measured, verdict: verdictOn(budget, measured, reasons.length > 0) };
    }),
    disturbances: [...new Set([...disturbances, ...doubts, ...machineDisturbances(run.booking.machine, 'booking')])],
    problems: problemsOf(run),
  };
}

function verdictOn({ most }: Budget, measured: number | undefined, inDoubt: boolean): Verdict {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured';
  if (inDoubt) return 'not judged';
  return measured <= most ? 'met' : 'broken';
}

export function figuresOf({
  stack,
  relays,
  booking,
  bridges,
  gateways,
  memory,
}: Run): Record<string, number | undefined> {
  const relayMs = relayCost(relays);
  return {
    bridgeCpu: cpuOf(stack, bridges) / relayMs,
    gatewayCpu: cpuOf(stack, gateways) / relayMs,
    callerToModelP50: stack.model.callerToModel?.p50,
    callerToModelP99: stack.model.callerToModel?.p99,
    modelToCallerP50: stack.callers.modelToCaller?.p50,
    modelToCallerP99: stack.callers.modelToCaller?.p99,
    firstAudio700P99: firstAudio(stack, 700)?.p99,
    bargeInP99: bargeIn(stack)?.p99,
    webhookP50: webhooks(stack.phase)?.p50,
    webhookP99: webhooks(stack.phase)?.p99,
    findSlotsP99: stack.model.findSlots?.p99,
    bookSlotP99: stack.model.bookSlot?.p99,
    bookingFindSlotsP99: booking.findSlots?.p99,
    bookingBookSlotP99: booking.bookSlot?.p99,
    bridgeMemoryPerCall: 'unknown' in memory ? undefined : memory.bytesPerCall / 1_024,
  };
}

/** Milliseconds of CPU per second of one call: the mean of its two windows. */
export function relayCost({ before, after }: Run['relays']): number {
  return (cpuOf(before, ['relay']) + cpuOf(after, ['relay'])) / 2;
}

export function cpuOf({ window }: Measured, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (window.perCallSecond[name]?.cpuMs ?? Number.NaN), 0);
}

export function webhooks({ placed }: Phase): Summary | undefined {
  return summarize(placed.flatMap(({ webhookMs }) => webhookMs ?? []));
}

export function firstAudio({ phase }: Measured, streamAfterMs: number): Summary | undefined {
  return summarize(
    phase.placed.filter((each) => each.streamAfterMs === streamAfterMs).map(({ firstAudioMs }) => firstAudioMs),
  );
}

/** Milliseconds from each speech_started to the clear it caused. */
export function bargeIn({ model, callers }: Measured): Summary | undefined {
  const starts = Map.groupBy(model.speechStarts, ({ call }) => call);
  return summarize(callers.clears.flatMap((clear) => reactionTo(clear, starts.get(clear.call) ?? [])));
}

function reactionTo({ atUs }: Moment, starts: readonly Moment[]): number[] {
  const cause = starts.findLast((start) => start.atUs <= atUs);
  return cause && atUs - cause.atUs < CLEAR_WITHIN_US ? [(atUs - cause.atUs) / 1e3] : [];
}

function machineDisturbances({ busy, foreign }: Run['booking']['machine'], name: string): string[] {
  return [
    ...(busy >= MOST_MACHINE_BUSY ? [`the machine was ${percent(busy)} busy`] : []),
    ...(foreign >= MOST_FOREIGN_LOAD
      ? [`other programs used ${percent(foreign)} of the machine while ${name} was measured`]
      : []),
  ];
}

/** Of the stack's window. */
function disturbancesOf({ stack }: Run): string[] {
  const { machine } = stack.window;
  const lateMs = Math.max(stack.callers.lateness?.p99 ?? 0, stack.model.lateness?.p99 ?? 0);
  return [
    ...(machine.busy >= MOST_MACHINE_BUSY ? [`the machine was ${percent(machine.busy)} busy`] : []),
    ...foreignLoad(stack, 'stack'),
    ...(lateMs > MOST_GENERATOR_LATENESS_MS ? [`the load generator was ${lateMs.toFixed(1)} ms late (p99)`] : []),
  ];
}

/** Why the windows cannot be compared. A busy machine alone is no reason: whoever makes it busy is measured. */
function incomparable({ stack, relays }: Run): string[] {
  const { before, after } = relays;
  const spread = Math.max(...[before, after].map(({ window }) => window.perCallSecond.relay?.spread ?? 0));
  const drift = Math.abs(cpuOf(after, ['relay']) - cpuOf(before, ['relay'])) / relayCost(relays);
  return [
    ...foreignLoad(stack, 'stack'),
    ...foreignLoad(before, 'relay'),
    ...foreignLoad(after, 'relay'),
    ...(spread > MOST_RELAY_SPREAD ? [`the relay’s own cost varied by ${percent(spread)} within a window`] : []),
    ...(drift > MOST_RELAY_DRIFT ? [`the relay’s own cost changed by ${percent(drift)} between its windows`] : []),
  ];
}

function foreignLoad({ window }: Measured, name: string): string[] {
  const { foreign } = window.machine;
  if (foreign < MOST_FOREIGN_LOAD) return [];
  return [`other programs used ${percent(foreign)} of the machine while the ${name} was measured`];
}

function problemsOf({ calls, cold, stack, relays, booking }: Run): string[] {
  const failedCold = cold.failed.map((reason) => `warming up: ${reason}`);
  const later = Object.entries({ stack, 'relay before': relays.before, 'relay after': relays.after }).flatMap(
    ([name, { phase, callers, model }]) => [
      ...(phase.failed.length > 0 ? [`${name}: ${phase.failed.length} calls failed, first: ${phase.failed[0]}`] : []),
      ...(callers.open < calls ? [`${name}: ${callers.open} of ${calls} calls were there at the end`] : []),
      ...(callers.lost.length > 0 ? [`${name}: streams lost: ${callers.lost.slice(0, 3).join('; ')}`] : []),
      ...(model.refused.length > 0 ? [`${name}: the model refused ${model.refused.length}: ${model.refused[0]}`] : []),
    ],
  );
  const { failed } = booking;
  const unbooked = failed.length > 0 ? [`booking: ${failed.length} requests failed, first: ${failed[0]}`] : [];
  return [...failedCold, ...later, ...unbooked];
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
