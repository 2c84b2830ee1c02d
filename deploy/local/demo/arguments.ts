/** `npm run demo -- [--calls n] [--corrupt-frame] [--without <service>] [--swap-credentials]` */
import { parseArgs } from 'node:util';

export interface DemoArguments {
  calls: number;
  /** Damages a word on its way, in each direction. */
  corruptFrame: boolean;
  /** Stops this service before the call. */
  without?: string;
  /** Listens to one business's events with another's credentials. */
  swapCredentials: boolean;
}

/** As many as there are distinct wishes of callers (story.ts). */
const MOST_CALLS = 10;

/** @throws Error that says what is wrong with the arguments */
export function parseDemoArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '1' },
      'corrupt-frame': { type: 'boolean', default: false },
      without: { type: 'string' },
      'swap-credentials': { type: 'boolean', default: false },
    },
  });
  const calls = Number(values.calls);
  if (!Number.isInteger(calls) || calls < 1 || calls > MOST_CALLS) {
    throw new Error(`--calls takes a number from 1 to ${MOST_CALLS}`);
  }
  return {
    calls,
    corruptFrame: values['corrupt-frame'],
    without: values.without,
    swapCredentials: values['swap-credentials'],
  };
}
