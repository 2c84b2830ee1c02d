import { runService } from '@frontdesk/lifecycle';
import { readMediaBridgeConfig } from './config.ts';
import { startService, stopTimeoutMs } from './service.ts';

await runService(
  'media-bridge',
  async () => startService(readMediaBridgeConfig()),
  // The drain's length is part of the configuration, which is only read inside; this is its upper bound.
  { stopTimeoutMs },
);
