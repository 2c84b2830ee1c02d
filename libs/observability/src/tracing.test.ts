// Pins: a call whose traces cannot be found from its CallSid, spans that lose their parent across processes or are
// lost at shutdown, and personal data in spans.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTelemetry, type Telemetry } from './telemetry.ts';
import { activeCallSid, currentTraceparent, withCall, withSpan, withTraceparent } from './tracing.ts';

const CALL = `CA${'0123456789abcdef'.repeat(2)}`;
const OTHER = `CA${'fedcba9876543210'.repeat(2)}`;

interface Line {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  service: string;
  startTime: string;
  durationMs: number;
  attributes: Record<string, unknown>;
  status: string;
}

let dir: string;
let telemetry: Telemetry | undefined;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frontdesk-traces-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs `work` with telemetry on and returns the spans that were written by the time it was shut down. */
async function spansOf(work: () => Promise<unknown>): Promise<Line[]> {
  const tracesFile = join(dir, `${crypto.randomUUID()}.jsonl`);
  telemetry = startTelemetry({ service: 'booking', instanceId: 'booking-1', tracesFile });
  await work();
  await telemetry.shutdown();
  const text = await readFile(tracesFile, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

test('the trace of a call is its CallSid, and spans nest in it', async () => {
  const spans = await spansOf(() =>
    withCall(CALL, () =>
      withSpan('outer', { tool: 'book_slot' }, () =>
        withSpan('inner', {}, () => new Promise((r) => setTimeout(r, 15))),
      ),
    ),
  );
  const [inner, outer] = spans;
  expect(spans.map((span) => span.name)).toEqual(['inner', 'outer']);
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([CALL.slice(2)]));
  expect(inner?.parentSpanId).toBe(outer?.spanId);
  expect(outer).toMatchObject({
    service: 'booking',
    status: 'ok',
    attributes: { tool: 'book_slot', 'frontdesk.call_sid': CALL },
  });
  expect(inner?.durationMs).toBeGreaterThan(10);
  expect(inner?.durationMs).toBeLessThan(1_000);
  expect(Math.abs(Temporal.Instant.from(outer?.startTime ?? '').epochMilliseconds - Date.now())).toBeLessThan(5_000);
});

test('two processes that only know the CallSid write into one trace, under one root', async () => {
  const [first] = await spansOf(() => withCall(CALL, () => withSpan('first owner', {}, async () => undefined)));
  const [second] = await spansOf(() => withCall(CALL, () => withSpan('second owner', {}, async () => undefined)));
  expect(second?.traceId).toBe(first?.traceId);
  expect(second?.parentSpanId).toBe(first?.parentSpanId);
  expect(second?.spanId).not.toBe(first?.spanId);
});

test('a traceparent carries the span to another process', async () => {
  const spans = await spansOf(async () => {
    const header = await withCall(CALL, () => withSpan('asking', {}, async () => currentTraceparent()));
    expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await withTraceparent(header, () => withCall(CALL, () => withSpan('serving', {}, async () => undefined)));
  });
  const byName = Object.fromEntries(spans.map((span) => [span.name, span]));
  expect(byName.serving?.parentSpanId).toBe(byName.asking?.spanId);
});

test('a missing, malformed or all-zero traceparent changes nothing', () => {
  for (const header of [undefined, '', 'garbage', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`]) {
    expect(withTraceparent(header, () => currentTraceparent())).toBeUndefined();
  }
});

test('calls at the same time do not mix', async () => {
  const seen = await Promise.all(
    [CALL, OTHER].map((callSid) =>
      withCall(callSid, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return [activeCallSid(), currentTraceparent()?.split('-')[1]];
      }),
    ),
  );
  expect(seen).toEqual([
    [CALL, CALL.slice(2)],
    [OTHER, OTHER.slice(2)],
  ]);
  expect(activeCallSid()).toBeUndefined();
});

test('a failing span says so by kind, keeps the message out, and rethrows', async () => {
  const spans = await spansOf(async () => {
    const failing = withCall(CALL, () =>
      withSpan('failing', {}, async () => {
        throw Object.assign(new TypeError('Alice said no'), { code: 'E_NO' });
      }),
    );
    await expect(failing).rejects.toThrow('Alice said no');
  });
  expect(spans[0]?.status).toBe('error: TypeError E_NO');
  expect(JSON.stringify(spans)).not.toContain('Alice');
});

test('attributes that name persons are redacted, technical names are not', async () => {
  const attributes = { from: '+13125550142', name: 'Alice', token: 'abc', 'messaging.destination.name': 'rpc.v1.x' };
  const [span] = await spansOf(() => withCall(CALL, () => withSpan('s', attributes, async () => undefined)));
  expect(span?.attributes).toMatchObject({
    from: '+1312•••0142',
    name: '[redacted]',
    token: '[redacted]',
    'messaging.destination.name': 'rpc.v1.x',
  });
});

test('spans are appended to what the file already holds', async () => {
  const tracesFile = join(dir, 'shared.jsonl');
  await appendFile(tracesFile, '{"name":"of another process"}\n');
  const started = startTelemetry({ service: 'a', instanceId: 'a-1', tracesFile });
  await Promise.all(Array.from({ length: 700 }, (_, n) => withSpan(`s${n}`, {}, async () => undefined)));
  await started.shutdown();
  const lines = (await readFile(tracesFile, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(701);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
});

test('a file that cannot be written does not fail the work or the stop', async () => {
  const started = startTelemetry({
    service: 'a',
    instanceId: 'a-1',
    tracesFile: join(dir, 'no', 'such', 'folder.jsonl'),
  });
  expect(await withSpan('s', {}, async () => 7)).toBe(7);
  await expect(started.shutdown()).resolves.toBeUndefined();
});

test('without telemetry spans cost nothing and the call still propagates', async () => {
  await withCall(CALL, () =>
    withSpan('s', {}, async () => {
      expect(activeCallSid()).toBe(CALL);
      expect(currentTraceparent()).toContain(CALL.slice(2));
    }),
  );
});
