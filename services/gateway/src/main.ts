import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService } from './service.ts';

await runService('gateway', async () => startService(readConfig()));
