/** The call that the files of this folder look at, each from its own side: `inject('oneCall')`. */
import type { CallEvidence } from '@frontdesk/deploy/local/demo/evidence.ts';
import type { StackFile } from '@frontdesk/deploy/local/stack-file.ts';

export interface OneCall {
  stack: StackFile;
  /** The first call, from the ring to the summary. */
  call: CallEvidence;
  tracesFile: string;
  logsDir: string;
  /** The keys that sign route tokens. */
  tokenKeys: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    oneCall: OneCall;
  }
}
