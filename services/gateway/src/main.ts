import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService, stopTimeoutMs } from './service.ts';

await runService(
  'gateway',
  async () => startService(readConfig()),
  // The drain's length is part of the configuration, which is only read inside; this is its upper bound.
  { stopTimeoutMs },
);
