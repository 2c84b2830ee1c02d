// Pins: a caller's number, name or words, or a business's secret, in a log that many people read.
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { maskPhone, maskPhonesIn } from './mask-phone.ts';
import { withCall } from './tracing.ts';

const NUMBER = '+13125550142';

function read(level = 'info') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: 'booking', instanceId: 'booking-1', level, destination });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

test('a line names its service, instance, level and time', () => {
  const { log, last } = read();
  log.info({ event: 'listening', port: 8_080 }, 'listening');
  expect(last()).toMatchObject({
    level: 'info',
    service: 'booking',
    instance: 'booking-1',
    event: 'listening',
    port: 8_080,
    msg: 'listening',
  });
  expect(Number.isNaN(Date.parse(String(last().time)))).toBe(false);
});

test('the level is kept', () => {
  const { log, lines } = read('warn');
  log.info('quiet');
  log.warn('loud');
  expect(lines).toHaveLength(1);
});

test('personal fields and secrets are redacted at every depth, in lists, errors and child loggers', () => {
  const { log, lines } = read();
  const secrets = {
    from: NUMBER,
    to: 'client:alice',
    phone: NUMBER,
    name: 'Alice Example',
    text: 'my words',
    authorization: 'Bearer abc',
    token: 'tok-1',
    authToken: 'tok-2',
    creds: 'creds-1',
    password: 'pw-1',
    apiKey: 'key-1',
    api_key: 'key-2',
    'x-twilio-signature': 'sig-1',
  };
  const error = Object.assign(new Error(`no such caller ${NUMBER}`), {
    detail: 'Key (phone)=(+13125550142)',
    code: '23505',
  });
  error.cause = Object.assign(new Error('inner'), { request: secrets });
  log.info({ ...secrets, request: { body: [{ deeper: { ...secrets } }] } }, 'received');
  log.error({ err: error }, 'failed');
  log.error(error, 'failed');
  log.child(secrets).child({ caller: NUMBER }).info('bound');
  const all = lines.join('');
  for (const leak of [
    NUMBER,
    '5550',
    'Alice',
    'my words',
    'Bearer',
    'tok-',
    'creds-1',
    'pw-1',
    'key-',
    'sig-1',
    'alice',
  ]) {
    expect(all).not.toContain(leak);
  }
  expect(all).toContain('"from":"+1312•••0142"');
  expect(all).toContain('23505');
});

test('what is no personal data stays readable', () => {
  const { log, last } = read();
  const at = Temporal.Instant.from('2026-01-05T15:00:00Z');
  log.info({ from: maskPhone(NUMBER), at, size: 12n, chunk: Buffer.alloc(160), tries: [1, 2], toolCalls: 3 }, 'fine');
  expect(last()).toMatchObject({
    from: '+1312•••0142',
    at: '2026-01-05T15:00:00Z',
    size: '12',
    chunk: '[160 bytes]',
    tries: [1, 2],
    toolCalls: 3,
  });
});

test('an object that contains itself does not stop the line', () => {
  const { log, last } = read();
  const loop: Record<string, unknown> = { id: 1 };
  loop.self = loop;
  log.info({ loop }, 'looped');
  expect(last().msg).toBe('looped');
});

test('an error keeps its type, code, stack and cause', () => {
  const { log, last } = read();
  log.error({ err: new TypeError('wrong', { cause: new RangeError('deeper') }) }, 'failed');
  expect(last().err).toMatchObject({
    type: 'TypeError',
    message: 'wrong',
    cause: { type: 'RangeError', message: 'deeper' },
  });
  expect(JSON.stringify(last())).toContain('logger.test.ts');
});

test('inside a call every line names it', async () => {
  const { log, last } = read();
  const callSid = `CA${'0123456789abcdef'.repeat(2)}`;
  await withCall(callSid, async () => {
    await Promise.resolve();
    log.info('in the call');
  });
  expect(last()).toMatchObject({ call_sid: callSid, trace_id: callSid.slice(2) });
  log.info('after it');
  expect(last()).not.toHaveProperty('call_sid');
});

test.each([
  [NUMBER, '+1312•••0142'],
  ['+3125550142', '+312•••0142'],
  ['+1234567', '+12•••67'],
  ['911', '•••'],
  ['anonymous', '•••'],
  ['', '•••'],
  [null, 'withheld'],
  ['+1312•••0142', '+1312•••0142'],
])('%s is shown as %s', (number, shown) => {
  expect(maskPhone(number)).toBe(shown);
});

test('numbers inside a foreign text are masked, other digits are not', () => {
  expect(maskPhonesIn(`tried ${NUMBER}, then 2026-01-05 and +3 more`)).toBe(
    'tried +1312•••0142, then 2026-01-05 and +3 more',
  );
});
