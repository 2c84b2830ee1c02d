import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService } from './service.ts';

await runService('transcript', async () => startService(readConfig()));
