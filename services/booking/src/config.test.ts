/** Pins that a wrong environment stops the start with the variable's name, and that no secret is ever in the message. */
import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const environment = {
  NATS_URL: 'nats://127.0.0.1:4222',
  NATS_CREDS: import.meta.filename,
  DATABASE_URL: 'postgres://frontdesk_booking:hunter2@127.0.0.1/frontdesk',
  DATABASE_SYSTEM_URL: 'postgres://frontdesk_booking_system:hunter2@127.0.0.1/frontdesk',
};

it('reads a whole environment', () => {
  expect(readConfig({ ...environment, HEALTH_PORT: '9090' })).toMatchObject({
    instanceId: 'booking-1',
    health: { host: '127.0.0.1', port: 9_090 },
    secrets: { database: { url: environment.DATABASE_URL } },
  });
});

it('names every variable that is missing or wrong', () => {
  const { DATABASE_URL: _, ...incomplete } = environment;
  const start = () => readConfig({ ...incomplete, HEALTH_PORT: '80a' });
  expect(start).toThrow('DATABASE_URL');
  expect(start).toThrow('HEALTH_PORT');
  expect(start).not.toThrow('hunter2');
});
