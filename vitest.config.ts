import { defineConfig } from 'vitest/config';

/** One more than the two cores this is meant to run on: tests mostly wait. */
const maxWorkers = 3;

// Four kinds of test: those beside the source need nothing; integration has a real PostgreSQL, and a real NATS for each
// worker; one-call looks at a call through the whole system, every service a process; failures kills those processes.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'libs/*/src/**/*.test.ts',
            'services/*/src/**/*.test.ts',
            'deploy/**/*.test.ts',
            'test/simulators/**/*.test.ts',
            'test/load/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '.local/**'],
          maxWorkers,
          // They leave nothing behind, and a process for each file is most of their time.
          isolate: false,
          // Property tests of a busy machine.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['libs/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            '.local/**',
            'test/simulators/**',
            'test/load/**',
            'test/long/**',
            'test/one-call/**',
            'test/failures/**',
          ],
          globalSetup: ['test/environment/global-setup.ts'],
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'one-call',
          include: ['test/one-call/**/*.test.ts'],
          globalSetup: ['test/one-call/global-setup.ts'],
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // After the others: what it measures needs a machine that is not busy.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'failures',
          include: ['test/failures/**/*.test.ts'],
          globalSetup: ['test/failures/global-setup.ts'],
          // Most of it is callers talking; who breaks what others lean on waits for them (test/failures/stage). All files at
          // once are no faster, and two slow cores then lose syllables.
          pool: 'threads',
          maxWorkers: 9,
          testTimeout: 300_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
