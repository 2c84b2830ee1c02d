/** The run as a person reads it. */
import { styleText } from 'node:util';
import { bargeIn, cpuOf, firstAudio, type Judged, type Judgement, percent, relayCost, webhooks } from './judge.ts';
import type { Run } from './run.ts';
import type { Summary } from './samples.ts';

const colour = { met: 'green', broken: 'red', 'not judged': 'yellow', 'not measured': 'yellow' } as const;

export function printRun(run: Run, judgement: Judgement): void {
  printProcesses(run);
  printDurations(run);
  printSurroundings(run);
  for (const [name, spots] of Object.entries(run.hotSpots)) {
    console.log(styleText('bold', `\nWhere ${name} spends its time`));
    for (const { where, share } of spots) console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
  }
  console.log(styleText('bold', `\n${cell('Budget', 62)}${right('at most', 14)}${right('measured', 14)}   verdict`));
  for (const each of judgement.budgets) console.log(budgetLine(each));
  for (const each of judgement.disturbances) console.log(styleText('yellow', `  ! ${each}`));
  for (const each of judgement.problems) console.log(styleText('red', `  ✗ ${each}`));
}

function budgetLine({ what, most, unit, measured, verdict }: Judged): string {
  const value = measured === undefined ? '—' : `${measured.toFixed(2)} ${unit}`;
  return `${cell(what, 62)}${right(`${most} ${unit}`, 14)}${right(value, 14)}   ${styleText(colour[verdict], verdict)}`;
}

function printProcesses({ calls, stack, relays }: Run): void {
  const heads = ['CPU-ms per call-second', '× relay', 'user', 'system', 'beside', 'RSS'];
  const widths = [24, 10, 9, 9, 9, 12];
  const line = (name: string, cells: string[]) =>
    `${cell(name, 26)}${cells.map((text, index) => right(text, widths[index] ?? 0)).join('')}`;
  console.log(styleText('bold', `\n${line(`Process, ${calls} calls`, heads)}`));
  const costs = [
    ...Object.entries(stack.window.perCallSecond)
      .filter(([name]) => name !== 'relay')
      .map(([name, cost]) => ({ name, cost, rssKiB: stack.window.rssKiB[name] })),
    ...Object.entries(relays).map(([when, { window }]) => ({
      name: `relay (${when})`,
      cost: window.perCallSecond.relay,
      rssKiB: window.rssKiB.relay,
    })),
  ];
  for (const { name, cost, rssKiB = 0 } of costs) {
    if (cost === undefined) continue;
    const { cpuMs, userMs, systemMs, besideMs } = cost;
    const ratio = (cpuMs / relayCost(relays)).toFixed(2);
    const parts = [userMs, systemMs, besideMs].map((ms) => ms.toFixed(3));
    console.log(line(name, [cpuMs.toFixed(3), ratio, ...parts, `${Math.round(rssKiB / 1024)} MiB`]));
  }
}

function printDurations({ cold, stack, relays, booking }: Run): void {
  console.log(
    styleText(
      'bold',
      `\n${cell('Milliseconds', 46)}${['n', 'p50', 'p90', 'p99', 'max'].map((head) => right(head, 9)).join('')}`,
    ),
  );
  for (const [name, measured] of Object.entries({ '': stack, ' (relay)': relays.after })) {
    durationLine(`audio caller → model${name}`, measured.model.callerToModel);
    durationLine(`audio model → caller${name}`, measured.callers.modelToCaller);
    durationLine(`speech_started → clear${name}`, bargeIn(measured));
  }
  durationLine('start → first audio, stream after 700 ms', firstAudio(stack, 700));
  durationLine('start → first audio, stream after 200 ms', firstAudio(stack, 200));
  durationLine('start → first audio (relay: not pre-warmed)', firstAudio(relays.after, 0));
  durationLine('webhook → TwiML', webhooks(stack.phase));
  durationLine('webhook → TwiML, first calls after the start', webhooks(cold));
  durationLine('find_slots', stack.model.findSlots);
  durationLine('book_slot', stack.model.bookSlot);
  durationLine('find-slots over NATS', booking.findSlots);
  durationLine('book-slot over NATS', booking.bookSlot);
}

function durationLine(name: string, summary: Summary | undefined): void {
  const numbers = summary ? [summary.p50, summary.p90, summary.p99, summary.max] : [];
  console.log(
    `${cell(name, 46)}${right(String(summary?.count ?? 0), 9)}${numbers.map((ms) => right(ms.toFixed(2), 9)).join('')}`,
  );
}

function printSurroundings({ stack, relays, calls, memory }: Run): void {
  const talkMs = stack.window.seconds * 1_000 * calls;
  const outcomes = Object.entries(stack.model.toolOutcomes).map(([name, count]) => `${count} ${name}`);
  const total = cpuOf(stack, Object.keys(stack.window.perCallSecond)) * calls;
  console.log(styleText('bold', '\nSurroundings'));
  console.log(
    `  machine busy ${percent(stack.window.machine.busy)} (relay ${percent(relays.after.window.machine.busy)}), ` +
      `other programs ${percent(stack.window.machine.foreign)} (${percent(relays.after.window.machine.foreign)}), ` +
      `stolen ${percent(stack.window.machine.stolen)}; ours ${Math.round(total)} CPU-ms per second`,
  );
  console.log(
    `  callers spoke ${percent(stack.callers.spokenMs / talkMs)} and heard audio ${percent(stack.callers.heardMs / talkMs)} of the time; ` +
      `${Math.round(stack.callers.framesSent / stack.window.seconds)} frames a second`,
  );
  console.log(
    `  lateness p99: callers ${stack.callers.lateness?.p99.toFixed(2)} ms, model ${stack.model.lateness?.p99.toFixed(2)} ms; tools: ${outcomes.join(', ') || 'none'}`,
  );
  if ('unknown' in memory) console.log(`  memory: ${memory.unknown}`);
  else {
    const mib = (bytes: number) => (bytes / 1_048_576).toFixed(1);
    console.log(`  bridges hold ${mib(memory.fewCalls)} MiB with few calls, ${mib(memory.manyCalls)} MiB with all`);
  }
}

function cell(text: string, width: number): string {
  return text.padEnd(width);
}

function right(text: string, width: number): string {
  return text.padStart(width);
}
