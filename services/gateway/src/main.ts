import { runService } from '@frontdesk/lifecycle';
import { readGatewayConfig } from './config.ts';
import { startService } from './service.ts';

await runService('gateway', async () => startService(readGatewayConfig()));
