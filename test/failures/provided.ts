/** What the files of this folder share: one stack, and whoever breaks and mends it. `inject('failures')`. */
import type { StackFile } from '@frontdesk/deploy/local/stack-file.ts';

export interface FailuresStack {
  stack: StackFile;
  /** Where the stage hand takes orders (stage/orders.ts). */
  stageUrl: string;
  /** PostgreSQL as the booking service sees it. */
  bookingUrl: string;
  /** PostgreSQL as its owner sees it. */
  databaseUrl: string;
  logsDir: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    failures: FailuresStack;
  }
}
