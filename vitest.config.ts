import { defineConfig } from 'vitest/config';

// Two kinds of test: those beside the source need nothing; the others share one real NATS and one real PostgreSQL.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'deploy/**/*.test.ts', 'test/simulators/**/*.test.ts'],
          exclude: ['**/node_modules/**', '.local/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['libs/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '.local/**', 'test/simulators/**', 'test/long/**'],
          globalSetup: ['test/environment/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
