// Pins: a process that starts half configured, and a secret that shows up in the message about it.
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const complete = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://tenant:hush@127.0.0.1/frontdesk',
  DATABASE_SYSTEM_URL: 'postgres://system:hush@127.0.0.1/frontdesk',
  OPENAI_API_KEY: 'sk-hush',
};

describe('readConfig', () => {
  it('needs no more than its connections', () => {
    expect(readConfig(complete).summary).toMatchObject({ graceMs: 10_000, maxAtOnce: 4 });
  });

  it('names every variable that is missing or wrong, and no value', () => {
    const wrong = {
      ...complete,
      DATABASE_URL: '',
      OPENAI_API_KEY: undefined,
      SUMMARY_GRACE: 'ten hush',
      HEALTH_PORT: '99999',
    };
    let message = '';
    try {
      readConfig(wrong);
    } catch (error) {
      message = String(error);
    }
    for (const name of ['DATABASE_URL', 'OPENAI_API_KEY', 'SUMMARY_GRACE', 'HEALTH_PORT'])
      expect(message).toContain(name);
    expect(message).not.toContain('hush');
    expect(message).not.toContain('NATS_URL');
  });
});
