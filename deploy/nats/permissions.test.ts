// Pins: a service that may do more than its part, or not what its part is.
import { eventFilter } from '@frontdesk/contracts/event';
import { allBuckets, allEvents, allRpcs, allSignals } from '@frontdesk/contracts/registry';
import { describe, expect, test } from 'vitest';
import { grants } from './grants.ts';
import { serviceNames, servicePermissions } from './permissions.ts';

const everyone = serviceNames.map((name) => ({ name, ...servicePermissions(name) }));

describe.each(everyone)('$name', ({ name, publish, subscribe }) => {
  test('may use no subject that is open at its first tokens', () => {
    for (const subject of [...publish, ...subscribe]) {
      const tokens = subject.split('.');
      expect(tokens[0], subject).toMatch(/^[$A-Za-z_][A-Za-z0-9_-]*$/);
      // Only inboxes are whole trees at the second token; everything else names what it is about.
      if (!subject.startsWith('_INBOX')) expect(tokens[1], subject).toMatch(/^(\*|[A-Za-z0-9_-]+)$/);
    }
  });

  test('subscribes to its own inbox and no other', () => {
    expect(subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`_INBOX_${name}.>`]);
  });

  test('serves its own requests and asks no more than it was granted', () => {
    const asked = publish.filter((subject) => subject.startsWith('rpc.'));
    expect(asked).toHaveLength(grants[name]?.asks?.length ?? 0);
    for (const subject of subscribe.filter((candidate) => candidate.startsWith('rpc.'))) {
      expect(subject).toMatch(new RegExp(`^rpc\\.v1\\.${name}\\.`));
    }
  });

  test('replies only to those who may ask it, and to the administrator', () => {
    const askers = serviceNames.filter((other) => grants[other]?.asks?.some((contract) => contract.service === name));
    const inboxes = publish.filter((subject) => subject.startsWith('_INBOX'));
    const expected = ['_INBOX.>', '_INBOX_admin.>', ...askers.map((asker) => `_INBOX_${asker}.>`)];
    expect([...inboxes].sort()).toEqual(expected.sort());
  });

  test('cannot create, change or delete streams', () => {
    expect(publish.filter((subject) => /STREAM\.(CREATE|UPDATE|DELETE|PURGE|MSG\.DELETE)/.test(subject))).toEqual([]);
  });

  test('reaches no event consumer but its own', () => {
    const durables = new Set(grants[name]?.durables ?? []);
    const used = publish.filter((subject) => subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.'));
    expect(used).toEqual([...durables].map((durable) => `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${durable}`));
  });
});

test('every service of a contract is in the table, and every request has somebody who asks', () => {
  const asked = new Set(serviceNames.flatMap((name) => grants[name]?.asks ?? []));
  for (const contract of allRpcs) expect(serviceNames, contract.verb).toContain(contract.service);
  // The management requests of this release are asked by the administrator's tools alone.
  const unasked = allRpcs.filter((contract) => !asked.has(contract)).map(({ verb }) => verb);
  expect(unasked.sort()).toEqual(['create-api-key', 'create-business', 'put-knowledge']);
});

test('every event has exactly one service that publishes it, but for what a dead bridge left unsaid', () => {
  const finalised = ['call.started', 'call.turn', 'call.tool_called', 'call.ended', 'message.taken'].map(
    (what) => `events.*.${what}`,
  );
  for (const contract of allEvents) {
    const subject = eventFilter(contract);
    const publishers = everyone.filter(({ publish }) => publish.includes(subject)).map(({ name }) => name);
    if (finalised.includes(subject)) expect(publishers, subject).toEqual(['media-bridge', 'transcript']);
    else expect(publishers, subject).toHaveLength(1);
  }
});

test('every bucket and signal has a writer and a reader', () => {
  for (const contract of allBuckets) {
    expect(
      serviceNames.some((name) => grants[name]?.writes?.includes(contract)),
      contract.bucket,
    ).toBe(true);
    expect(
      serviceNames.some((name) => grants[name]?.reads?.includes(contract)),
      contract.bucket,
    ).toBe(true);
  }
  for (const contract of allSignals) {
    expect(
      serviceNames.some((name) => grants[name]?.signals?.includes(contract)),
      contract.what,
    ).toBe(true);
    expect(
      serviceNames.some((name) => grants[name]?.hears?.includes(contract)),
      contract.what,
    ).toBe(true);
  }
});

test('a service that is not in the table gets nothing', () => {
  expect(() => servicePermissions('stranger')).toThrow(/no grants/);
});
