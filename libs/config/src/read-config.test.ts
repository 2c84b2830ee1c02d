// Pins: a typo in a deployment that becomes a default, an error that does not say which variable, and one that prints
// a secret.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { readConfig } from './read-config.ts';
import { duration, flag, integer, json, list, port, secret, text, url } from './values.ts';

const shape = {
  NAME: text(),
  PORT: port().default(8_080),
  BASE: url({ protocols: ['http:', 'https:'] }),
  CAPACITY: integer({ min: 1, max: 500 }).default(50),
  TTL: duration().optional(),
  POOLS: list().default(['default']),
  RECORD: flag().default(false),
  LEVEL: z.enum(['debug', 'info']).default('info'),
  TOKEN: secret({ minLength: 8 }),
  HOSTS: json(z.record(z.string(), z.string())).optional(),
};
const good = { NAME: 'booking-1', BASE: 'https://frontdesk.test/', TOKEN: 'sssh-sssh' };

function problemsOf(env: Record<string, string | undefined>): Record<string, string> {
  try {
    readConfig(shape, { ...good, ...env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ variable, problem }) => [variable, problem]));
  }
  return {};
}

test('reads typed values and defaults', () => {
  expect(readConfig(shape, good)).toEqual({
    NAME: 'booking-1',
    PORT: 8_080,
    BASE: 'https://frontdesk.test',
    CAPACITY: 50,
    POOLS: ['default'],
    RECORD: false,
    LEVEL: 'info',
    TOKEN: 'sssh-sssh',
  });
  const all = readConfig(shape, {
    ...good,
    PORT: '0',
    CAPACITY: '500',
    TTL: '5m',
    POOLS: 'default, big-one',
    RECORD: 'true',
    HOSTS: '{"a":"b"}',
  });
  expect(all).toMatchObject({ PORT: 0, CAPACITY: 500, TTL: 300_000, POOLS: ['default', 'big-one'], RECORD: true });
  expect(all.HOSTS).toEqual({ a: 'b' });
});

test('names everything that is missing at once', () => {
  expect(problemsOf({ NAME: undefined, TOKEN: '', BASE: '  ' })).toEqual({
    NAME: 'is missing',
    TOKEN: 'is missing',
    BASE: 'is missing',
  });
});

test.each([
  ['PORT', '80a', 'is not valid: must be a whole number from 0 to 65535'],
  ['PORT', '65536', 'is not valid: must be a whole number from 0 to 65535'],
  ['PORT', '1e3', 'is not valid: must be a whole number from 0 to 65535'],
  ['CAPACITY', '0', 'is not valid: must be a whole number from 1 to 500'],
  ['CAPACITY', '1.5', 'is not valid: must be a whole number from 1 to 500'],
  ['BASE', 'frontdesk.test', 'is not valid: must be a URL'],
  ['BASE', 'ftp://frontdesk.test', 'is not valid: must be a URL that starts with http:// or https://'],
  ['TTL', '5', 'is not valid: must be a duration such as 500ms or 30s'],
  ['TTL', '-5s', 'is not valid: must be a duration such as 500ms or 30s'],
  ['POOLS', 'a,,b', 'is not valid: must be a list separated by commas, without empty items'],
  ['RECORD', 'yes', 'is not valid: must be one of true, false'],
  ['LEVEL', 'loud', 'is not valid: must be one of debug, info'],
  ['HOSTS', '{', 'is not valid: must be JSON of the documented form'],
  ['HOSTS', '{"a":1}', 'is not valid: must be JSON of the documented form'],
  ['TOKEN', 'hunter2', 'is not valid: must be at least 8 characters long'],
])('%s=%s %s', (variable, value, problem) => {
  expect(problemsOf({ [variable]: value })).toEqual({ [variable]: problem });
});

test('the message never repeats a value', () => {
  const values = { PORT: 'secret-1', BASE: 'secret-2', LEVEL: 'secret-3', TOKEN: 'scrt-4', HOSTS: '{"secret-5":1}' };
  const error = (() => {
    try {
      return readConfig(shape, { ...good, ...values });
    } catch (caught) {
      return caught;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  for (const value of Object.values(values)) expect(String(error)).not.toContain(value);
  expect(String(error)).not.toMatch(/secret-\d|scrt/);
});
