/**
 * Which part may import which. (Import-graph tools need the compiler's JavaScript API, which TypeScript 7 does not have;
 * what is asked here needs only the import lines.)
 */
import { posix } from 'node:path';
import { importsOf, type SourceFile } from './source-files.ts';

interface Rule {
  readonly says: string;
  readonly applies: (path: string) => boolean;
  readonly allows: (imported: string, file: SourceFile) => boolean;
}

const isTest = (path: string) => /\.test\.ts$|\/test\/|\/testing/.test(path);
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Libraries without clock, socket or database: the domain may compute with them. */
const PURE = ['zod', '@frontdesk/contracts', '@frontdesk/telephony', '@frontdesk/websocket', 'ical-generator'];
const SERVICES = ['gateway', 'media-bridge', 'booking', 'caller-profile', 'transcript', 'business-profile'];

const rules: Rule[] = [
  {
    says: 'services never import each other',
    applies: (path) => path.startsWith('services/'),
    allows: (imported, file) => {
      const own = file.path.split('/')[1];
      return !SERVICES.some((name) => name !== own && packageOf(imported) === `@frontdesk/${name}`);
    },
  },
  {
    says: 'a file of a package imports relatively only from its own package',
    applies: (path) => /^(services|libs)\//.test(path) && !isTest(path),
    allows: (imported, file) => {
      if (!imported.startsWith('.')) return true;
      const target = posix.normalize(posix.join(posix.dirname(file.path), imported));
      return target.startsWith(`${file.path.split('/').slice(0, 2).join('/')}/`);
    },
  },
  {
    says: 'domain/ imports only domain/, contracts and pure libraries',
    applies: (path) => /^services\/[^/]+\/src\/domain\//.test(path) && !isTest(path),
    allows: (imported, file) => {
      if (!imported.startsWith('.')) return PURE.includes(packageOf(imported));
      return posix.normalize(posix.join(posix.dirname(file.path), imported)).includes('/src/domain/');
    },
  },
  {
    says: 'contracts imports only zod',
    applies: (path) => path.startsWith('libs/contracts/src/') && !isTest(path),
    allows: (imported) => imported.startsWith('.') || imported === 'zod',
  },
  {
    says: 'telephony and realtime never import each other',
    applies: (path) => /^libs\/(telephony|realtime)\//.test(path),
    allows: (imported, file) =>
      packageOf(imported) !== (file.path.includes('telephony') ? '@frontdesk/realtime' : '@frontdesk/telephony'),
  },
  {
    says: 'libs import no service, no simulator and no deployment code',
    applies: (path) => path.startsWith('libs/') && !isTest(path),
    allows: (imported) =>
      !SERVICES.concat('deploy', 'test').some((name) => packageOf(imported) === `@frontdesk/${name}`),
  },
  {
    says: 'the simulators share nothing with the services but sockets',
    applies: (path) => path.startsWith('test/simulators/') && !isTest(path),
    allows: (imported) => {
      const own = packageOf(imported);
      return !own.startsWith('@frontdesk/') || ['@frontdesk/config', '@frontdesk/lifecycle'].includes(own);
    },
  },
];

/** One sentence per forbidden import. */
export function brokenDependencyRules(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    rules
      .filter((rule) => rule.applies(file.path))
      .flatMap((rule) =>
        importsOf(file.text)
          .filter((imported) => !rule.allows(imported, file))
          .map((imported) => `${file.path} imports ${imported}: ${rule.says}`),
      ),
  );
}
