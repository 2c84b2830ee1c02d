// Pins: a rule of the tree that no longer notices what it forbids.
import { expect, test } from 'vitest';
import { brokenDependencyRules } from './dependency-rules.ts';
import { brokenLayoutRules } from './layout-rules.ts';
import { importsOf } from './source-files.ts';
import { brokenSizeRules, brokenTextRules } from './text-rules.ts';

const file = (path: string, text: string) => ({ path, text });

test('imports are found in every form, and not in comments', () => {
  const text = `import a from 'a';\nimport type { B } from "b";\nexport * from './c.ts';\nawait import('d');\nimport 'e';\n// import x from 'x'\n/* from 'y' */`;
  expect(importsOf(text)).toEqual(['a', 'b', './c.ts', 'd', 'e']);
});

test.each([
  ['services/gateway/src/a.ts', `import '@frontdesk/booking/service'`],
  ['services/gateway/src/a.ts', `import '../../booking/src/service.ts'`],
  ['services/booking/src/domain/a.ts', `import pg from 'pg'`],
  ['services/booking/src/domain/a.ts', `import { net } from 'node:net'`],
  ['services/booking/src/domain/a.ts', `import x from '../store/x.ts'`],
  ['libs/contracts/src/a.ts', `import 'pino'`],
  ['libs/telephony/src/a.ts', `import '@frontdesk/realtime'`],
  ['libs/realtime/src/a.ts', `import '@frontdesk/telephony'`],
  ['libs/messaging/src/a.ts', `import '@frontdesk/gateway/service'`],
  ['test/simulators/twilio/a.ts', `import '@frontdesk/telephony'`],
])('%s may not say: %s', (path, text) => {
  expect(brokenDependencyRules([file(path, text)])).toHaveLength(1);
});

test.each([
  ['services/gateway/src/a.ts', `import '@frontdesk/contracts/booking/slot'`],
  ['services/booking/src/domain/a.ts', `import { z } from 'zod'; import b from './b.ts'`],
  ['services/booking/src/domain/a.test.ts', `import fc from 'fast-check'`],
])('%s may say: %s', (path, text) => {
  expect(brokenDependencyRules([file(path, text)])).toEqual([]);
});

test.each([
  ['services/gateway/src/a.ts', 'process.env.PORT'],
  ['services/booking/src/domain/a.ts', 'const now = Temporal.Now.instant();'],
  ['services/booking/src/a.ts', "publish('rpc.v1.booking.x.b1')"],
  ['libs/messaging/src/a.ts', 'const x = JSON.parse(text) as Thing;'],
  ['services/booking/test/a.test.ts', "test.only('x')"],
])('%s may not hold: %s', (path, text) => {
  expect(brokenTextRules([file(path, text)])).toHaveLength(1);
});

test('long files and long process files are named', () => {
  const lines = (count: number) => 'x\n'.repeat(count);
  expect(
    brokenSizeRules([file('libs/a/src/a.ts', lines(601)), file('services/a/src/main.ts', lines(31))]),
  ).toHaveLength(2);
  expect(brokenSizeRules([file('libs/a/src/a.ts', lines(600)), file('services/a/src/main.ts', lines(30))])).toEqual([]);
});

test('strange files, missing files and unknown counterparts are named', () => {
  const shape = [
    'README.md',
    'package.json',
    'src/main.ts',
    'src/service.ts',
    'src/context.ts',
    'src/config.ts',
    'src/events.ts',
  ];
  const service = shape.map((path) => `services/booking/${path}`);
  expect(brokenLayoutRules(service)).toEqual([]);
  expect(brokenLayoutRules([...service, 'services/booking/src/outbound/nobody.ts'])).toHaveLength(1);
  expect(brokenLayoutRules([...service, 'services/booking/src/helpers/x.ts'])).toHaveLength(1);
  expect(brokenLayoutRules(service.slice(1))).toEqual(['services/booking/README.md is missing']);
  expect(brokenLayoutRules(['docs/x.md'])).toEqual(['docs does not belong at the top level']);
});
