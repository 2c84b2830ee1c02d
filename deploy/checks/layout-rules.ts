/** The tree reads as the system: the same inner shape everywhere, and names that lead from one service to the next. */

const TOP_LEVEL = new Set([
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'biome.json',
  'deploy',
  'k8s',
  'libs',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'services',
  'test',
  'tsconfig.json',
  'vitest.config.ts',
]);
const SERVICE_ENTRIES = new Set(['README.md', 'package.json', 'src', 'test']);
const SRC_FILES = new Set(['main.ts', 'service.ts', 'context.ts', 'config.ts', 'config.test.ts', 'events.ts']);
const SRC_FOLDERS = new Set(['inbound', 'domain', 'store', 'outbound']);
const REQUIRED = [
  'README.md',
  'package.json',
  'src/main.ts',
  'src/service.ts',
  'src/context.ts',
  'src/config.ts',
  'src/events.ts',
];
/** Counterparts that are not services: foreign parties, what lives in NATS, and whoever listens to a signal or an event. */
const FOREIGN = new Set([
  'announcement',
  'appointment-events',
  'call-events',
  'call-record',
  'directory',
  'lines',
  'openai-realtime',
  'openai',
  'twilio',
  'nats-accounts',
  'queue',
]);

export function brokenLayoutRules(paths: readonly string[]): string[] {
  const services = new Set(
    paths.filter((path) => path.startsWith('services/')).map((path) => path.split('/')[1] ?? ''),
  );
  return [
    ...paths
      .map((path) => path.split('/')[0] ?? '')
      .filter((top) => !top.startsWith('.') && !TOP_LEVEL.has(top))
      .map((top) => `${top} does not belong at the top level`),
    ...[...services].flatMap((service) => brokenService(service, paths, services)),
  ];
}

function brokenService(service: string, paths: readonly string[], services: ReadonlySet<string>): string[] {
  const inside = paths
    .filter((path) => path.startsWith(`services/${service}/`))
    .map((path) => path.split('/').slice(2));
  const missing = REQUIRED.filter((wanted) => !inside.some((parts) => parts.join('/') === wanted));
  return [
    ...missing.map((wanted) => `services/${service}/${wanted} is missing`),
    ...inside.flatMap(([first = '', second = '', third = '']) => {
      if (!SERVICE_ENTRIES.has(first)) return [`services/${service}/${first} does not belong there`];
      if (first !== 'src') return [];
      if (third ? !SRC_FOLDERS.has(second) : !SRC_FILES.has(second)) {
        return [`services/${service}/src/${second} does not belong there`];
      }
      if (second === 'outbound' && !namesCounterpart(third, services)) {
        return [`services/${service}/src/outbound/${third} names no service and no foreign party`];
      }
      return [];
    }),
  ];
}

function namesCounterpart(file: string, services: ReadonlySet<string>): boolean {
  const name = file.replace(/(\.test)?\.ts$/, '');
  return services.has(name) || FOREIGN.has(name);
}
