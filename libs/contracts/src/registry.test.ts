// Pins: a contract nobody registered (no permissions, no documentation), two that share a subject, and one whose
// subject could address something else.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { EVENTS_SUBJECTS, eventFilter, eventSubject, eventType } from './event.ts';
import { NO_BUSINESS } from './ids.ts';
import { allBuckets, allEvents, allHttp, allRpcs, allSignals } from './registry.ts';
import { rpcServerSubject, rpcSubject } from './rpc.ts';
import { signalSubject } from './signal.ts';

const isSchema = z.custom<z.ZodType>((value) => value instanceof z.ZodType);
const kinds = {
  rpc: z.object({ service: z.string(), verb: z.string(), request: isSchema, reply: isSchema }),
  event: z.object({ entity: z.string(), what: z.string(), data: isSchema }),
  bucket: z.object({ bucket: z.string(), value: isSchema }),
  signal: z.object({ service: z.string(), what: z.string(), body: isSchema }),
  http: z.object({ method: z.string(), path: z.string(), reply: isSchema }),
};

const registered: Record<keyof typeof kinds, readonly unknown[]> = {
  rpc: allRpcs,
  event: allEvents,
  bucket: allBuckets,
  signal: allSignals,
  http: allHttp,
};

test('every contract that is declared is registered, once', async () => {
  const missing: string[] = [];
  for (const file of globSync('**/*.ts', { cwd: import.meta.dirname })) {
    if (file.endsWith('.test.ts')) continue;
    const module: Record<string, unknown> = await import(join(import.meta.dirname, file));
    for (const [name, value] of Object.entries(module)) {
      for (const [kind, shape] of Object.entries(kinds)) {
        const list = registered[kind as keyof typeof kinds];
        if (shape.safeParse(value).success && !list.includes(value)) missing.push(`${file}: ${name} (${kind})`);
      }
    }
  }
  expect(missing).toEqual([]);
  for (const list of Object.values(registered)) expect(new Set(list).size).toBe(list.length);
});

test('no two contracts share a subject, a type, a bucket or a path', () => {
  const subjects = [
    ...allRpcs.map((contract) => `${contract.service}.${contract.verb}`),
    ...allSignals.map((contract) => `${contract.service}.${contract.what}`),
    ...allEvents.map(eventFilter),
    ...allEvents.map(eventType),
    ...allBuckets.map(({ bucket }) => bucket),
    ...allHttp.map(({ method, path }) => `${method} ${path}`),
  ];
  expect(subjects.filter((subject, index) => subjects.indexOf(subject) !== index)).toEqual([]);
});

test.each(allRpcs.map((contract) => ({ name: `${contract.service} ${contract.verb}`, contract })))(
  '$name has a legal subject',
  ({ contract }) => {
    const target = contract.scope === 'none' ? NO_BUSINESS : 'b1';
    const subject = rpcSubject(contract, target);
    expect(subject).toMatch(/^rpc\.v1\.[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*\.[a-z0-9_-]+$/);
    const served = rpcServerSubject(contract, 'b1');
    expect(served.split('.').slice(0, 4)).toEqual(subject.split('.').slice(0, 4));
    expect(contract.timeoutMs).toBeGreaterThan(0);
    expect(contract.timeoutMs).toBeLessThanOrEqual(30_000);
  },
);

test.each(allEvents.map((contract) => ({ name: eventType(contract), contract })))(
  '$name has a legal subject inside the stream',
  ({ contract }) => {
    const subject = eventSubject(contract, 'b1');
    expect(subject).toMatch(/^events\.[a-z0-9-]+\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/);
    expect(EVENTS_SUBJECTS).toBe('events.*.>');
    expect(eventFilter(contract).split('.').slice(2)).toEqual(subject.split('.').slice(2));
    expect(eventSubject(contract, NO_BUSINESS)).toMatch(/^events\._\./);
  },
);

test.each(allSignals.map((contract) => ({ name: contract.what, contract })))(
  'the signal $name has a legal subject',
  ({ contract }) => {
    expect(signalSubject(contract, 'pod-1')).toMatch(/^signal\.v1\.[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*\.pod-1$/);
  },
);
