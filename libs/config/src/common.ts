/** The variables that every service reads, under one name each, and the configuration they become. */
import { z } from 'zod';
import { file, list, port, text, url } from './values.ts';

/** What every service's configuration holds. No secret is in it: all of it may be logged. */
export interface CommonConfig {
  /** Names this replica in logs, traces and NATS. */
  readonly instanceId: string;
  readonly logLevel: z.output<typeof logLevel>;
  /** Without a `.creds` file the connection is anonymous. */
  readonly nats: { readonly servers: string[]; readonly credsFile?: string };
  /** Where `/healthz`, `/readyz` and `/metrics` are served; port 0 takes a free one. */
  readonly health: { readonly host: string; readonly port: number };
  /** Where the ports that were taken are written to. */
  readonly portFile?: string;
  /** Where spans go. */
  readonly telemetry: { readonly tracesFile?: string; readonly otlpEndpoint?: string };
}

const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/** Spread into the shape of a service's variables. @param service its folder's name: the default instance is `<service>-1` */
export function commonVariables(service: string) {
  return {
    SERVICE_INSTANCE: text().default(`${service}-1`),
    LOG_LEVEL: logLevel.default('info'),
    NATS_URL: list(),
    NATS_CREDS: file().optional(),
    HEALTH_HOST: text().default('127.0.0.1'),
    HEALTH_PORT: port().default(0),
    PORT_FILE: text().optional(),
    TRACES_FILE: text().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: url({ protocols: ['http:', 'https:'] }).optional(),
  };
}

type CommonVariables = z.output<z.ZodObject<ReturnType<typeof commonVariables>>>;

/** Spread into a service's configuration. @param env what was read; the service's own variables in it do not matter */
export function commonConfig(env: CommonVariables): CommonConfig {
  return {
    instanceId: env.SERVICE_INSTANCE,
    logLevel: env.LOG_LEVEL,
    nats: { servers: env.NATS_URL, credsFile: env.NATS_CREDS },
    health: { host: env.HEALTH_HOST, port: env.HEALTH_PORT },
    portFile: env.PORT_FILE,
    telemetry: { tracesFile: env.TRACES_FILE, otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
  };
}
