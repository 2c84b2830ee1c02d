// Pins: a process that starts half configured, and a secret that shows up in the message about it.
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const complete = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://tenant:hush@127.0.0.1/frontdesk',
  DATABASE_SYSTEM_URL: 'postgres://system:hush@127.0.0.1/frontdesk',
};

describe('readConfig', () => {
  it('needs no more than its connections', () => {
    expect(readConfig(complete)).toMatchObject({ instanceId: 'caller-profile-1', health: { port: 0 } });
  });

  it('names every variable that is missing or wrong, and no value', () => {
    let message = '';
    try {
      readConfig({ ...complete, NATS_URL: undefined, DATABASE_SYSTEM_URL: ' ', HEALTH_PORT: 'hush' });
    } catch (error) {
      message = String(error);
    }
    for (const name of ['NATS_URL', 'DATABASE_SYSTEM_URL', 'HEALTH_PORT']) expect(message).toContain(name);
    expect(message).not.toContain('hush');
    expect(message).not.toContain('DATABASE_URL');
  });
});
