// Pins: a variable that has another name, default or form in one service than in the others, and a secret in what may be
// logged.
import { expect, it } from 'vitest';
import { commonConfig, commonVariables } from './common.ts';
import { databaseConfig, databaseVariables } from './database.ts';
import { readConfig } from './read-config.ts';

const shape = { ...commonVariables('booking'), ...databaseVariables };
const required = {
  NATS_URL: 'nats://127.0.0.1:4222, nats://127.0.0.1:4223',
  DATABASE_URL: 'postgres://tenant:hush@127.0.0.1/frontdesk',
  DATABASE_SYSTEM_URL: 'postgres://system:hush@127.0.0.1/frontdesk',
};

it('needs only where NATS and the database are', () => {
  const env = readConfig(shape, required);
  expect(commonConfig(env)).toEqual({
    instanceId: 'booking-1',
    logLevel: 'info',
    nats: { servers: ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4223'] },
    health: { host: '127.0.0.1', port: 0 },
    telemetry: {},
  });
  expect(databaseConfig(env)).toEqual({
    url: required.DATABASE_URL,
    systemUrl: required.DATABASE_SYSTEM_URL,
    poolSize: 10,
  });
});

it('takes every variable that is given', () => {
  const env = readConfig(commonVariables('booking'), {
    ...required,
    SERVICE_INSTANCE: 'booking-7',
    LOG_LEVEL: 'silent',
    NATS_CREDS: import.meta.filename,
    HEALTH_HOST: '0.0.0.0',
    HEALTH_PORT: '9090',
    PORT_FILE: '/run/ports.json',
    TRACES_FILE: '/run/traces.jsonl',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/',
  });
  expect(commonConfig(env)).toMatchObject({
    instanceId: 'booking-7',
    logLevel: 'silent',
    nats: { credsFile: import.meta.filename },
    health: { host: '0.0.0.0', port: 9_090 },
    portFile: '/run/ports.json',
    telemetry: { tracesFile: '/run/traces.jsonl', otlpEndpoint: 'http://127.0.0.1:4318' },
  });
});

it.each([
  ['LOG_LEVEL', 'loud'],
  ['NATS_URL', 'nats://127.0.0.1:4222,,'],
  ['HEALTH_PORT', '80a'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['DATABASE_POOL_SIZE', '0'],
])('stops and names %s when it is malformed', (name, value) => {
  expect(() => readConfig(shape, { ...required, [name]: value })).toThrow(`${name} is not valid`);
});

it('keeps the passwords out of what every service may log', () => {
  expect(JSON.stringify(commonConfig(readConfig(shape, required)))).not.toContain('hush');
});
