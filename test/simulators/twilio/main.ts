import { json, port, readConfig, secret, text } from '@frontdesk/config';
import { runService, writePortFile } from '@frontdesk/lifecycle';
import { publicHosts } from './public-hosts.ts';
import { startTwilioSimulator } from './simulator.ts';

await runService('twilio-simulator', async () => {
  const config = readConfig({
    PORT: port().default(0),
    PORT_FILE: text().optional(),
    TWILIO_ACCOUNT_SID: text(),
    TWILIO_AUTH_TOKEN: secret(),
    PUBLIC_HOSTS: json(publicHosts),
  });
  const simulator = await startTwilioSimulator({
    port: config.PORT,
    accountSid: config.TWILIO_ACCOUNT_SID,
    authToken: config.TWILIO_AUTH_TOKEN,
    publicHosts: config.PUBLIC_HOSTS,
  });
  await writePortFile(config.PORT_FILE, { port: simulator.port, healthPort: simulator.port });
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', service: 'twilio-simulator', port: simulator.port })}\n`,
  );
  return simulator;
});
