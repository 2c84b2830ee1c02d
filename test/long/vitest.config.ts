import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Not part of `npm test`: these take minutes. On the stage of the failure tests, one after the other.
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    name: 'long',
    include: ['test/long/**/*.test.ts'],
    globalSetup: ['test/failures/global-setup.ts'],
    pool: 'threads',
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 60_000,
  },
});
