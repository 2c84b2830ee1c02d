import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService } from './service.ts';

await runService('business-profile', async () => startService(readConfig()));
