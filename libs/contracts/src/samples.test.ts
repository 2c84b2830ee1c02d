// Pins: a change to an event or a key-value record that makes what an earlier release wrote unreadable. Samples of a
// release are never edited: add a folder for the next one.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cloudEvent, eventType } from './event.ts';
import { callSummarized } from './events/call.ts';
import { callEntry, callHead } from './kv/calls.ts';
import { allBuckets, allEvents } from './registry.ts';

const folder = join(import.meta.dirname, '..', 'samples');

function samples(kind: 'events' | 'kv') {
  return globSync(`*/${kind}/*.json`, { cwd: folder }).map((file) => ({
    file,
    name: basename(file, '.json'),
    read: (): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8')),
  }));
}

describe('events', () => {
  test.each(samples('events'))('$file', ({ name, read }) => {
    const contract = allEvents.find(({ entity, what }) => `${entity}.${what}` === name);
    const envelope = cloudEvent.parse(read());
    expect(contract && eventType(contract)).toBe(envelope.type);
    // What was added since is filled in; nothing that was written is lost or changed.
    expect(contract?.data.parse(envelope.data)).toMatchObject(z.looseObject({}).parse(envelope.data));
  });

  // Such summaries are in streams, and in the databases that keep calls.
  test('a summary of before preferences were kept has none', () => {
    const sample = samples('events').find(({ name }) => name === 'call.summarized');
    const { preferences: _, ...before } = callSummarized.data.parse(cloudEvent.parse(sample?.read()).data);
    expect(callSummarized.data.parse(before)).toEqual({ ...before, preferences: [] });
  });

  test('there is a sample of every event', () => {
    const sampled = new Set(samples('events').map(({ name }) => name));
    expect(allEvents.map(({ entity, what }) => `${entity}.${what}`).filter((name) => !sampled.has(name))).toEqual([]);
  });
});

describe('key-value records', () => {
  test.each(samples('kv'))('$file', ({ name, read }) => {
    const contract = allBuckets.find(({ bucket }) => bucket === name.split('.')[0]);
    const record = read();
    expect(contract?.value.parse(record)).toMatchObject(z.looseObject({}).parse(record));
  });

  test('there is a sample of every record', () => {
    const sampled = samples('kv').map(({ name }) => name);
    for (const { bucket } of allBuckets)
      expect(
        sampled.some((name) => name.split('.')[0] === bucket),
        bucket,
      ).toBe(true);
    // One bucket holds three kinds of record.
    expect(sampled).toEqual(expect.arrayContaining(['calls.head', 'calls.turn', 'calls.tool']));
  });

  test('the records of a call cannot be taken for one another', () => {
    for (const { name, read } of samples('kv').filter((sample) => sample.name.startsWith('calls.'))) {
      const isHead = name.startsWith('calls.head');
      expect([name, callHead.safeParse(read()).success]).toEqual([name, isHead]);
      expect([name, callEntry.safeParse(read()).success]).toEqual([name, !isHead]);
    }
  });
});
