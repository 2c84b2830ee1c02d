import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService } from './service.ts';

await runService('caller-profile', async () => startService(readConfig()));
