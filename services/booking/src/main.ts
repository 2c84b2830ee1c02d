import { runService } from '@frontdesk/lifecycle';
import { readConfig, startService } from './service.ts';

await runService('booking', async () => startService(readConfig()));
