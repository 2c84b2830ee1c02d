/** Prometheus metrics. Labels stay low in cardinality: never a call, a business or a person. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  counter<L extends string = string>(name: string, help: string, labelNames?: readonly L[]): Counter<L>;
  gauge<L extends string = string>(name: string, help: string, labelNames?: readonly L[]): Gauge<L>;
  /** @param buckets upper bounds, in the unit that the name ends with */
  histogram<L extends string = string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames?: readonly L[],
  ): Histogram<L>;
}

/** Names are prefixed with `frontdesk_`. Node's own metrics (event loop lag, memory, CPU) are included. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  // The default precision of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const options = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => ({
    name: `frontdesk_${name}`,
    help,
    labelNames,
    registers: [registry],
  });

  return {
    registry,
    counter: (name, help, labelNames) => new Counter(options(name, help, labelNames)),
    gauge: (name, help, labelNames) => new Gauge(options(name, help, labelNames)),
    histogram: (name, help, buckets, labelNames) =>
      new Histogram({ ...options(name, help, labelNames), buckets: [...buckets] }),
  };
}
