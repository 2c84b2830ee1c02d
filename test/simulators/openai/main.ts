/** The OpenAI simulator's process. */
import { writeFile } from 'node:fs/promises';
import { duration, integer, port, readConfig, secret, text } from '@frontdesk/config';
import { runService, writePortFile } from '@frontdesk/lifecycle';
import { startOpenAiSimulator } from './simulator.ts';

await runService('openai-simulator', async () => {
  const config = readConfig({
    PORT: port().default(0),
    TLS_PORT: port().default(0),
    PORT_FILE: text().optional(),
    CA_FILE: text().optional(),
    API_KEY: secret(),
    FIRST_AUDIO_LATENCY: duration().default(250),
    AUDIO_SPEED: integer({ min: 1, max: 1000 }).default(8),
    SESSION_LIMIT: duration().default(3_600_000),
  });
  const simulator = await startOpenAiSimulator({
    apiKey: config.API_KEY,
    port: config.PORT,
    tlsPort: config.TLS_PORT,
    maxSessionMs: config.SESSION_LIMIT,
    pace: { firstAudioLatencyMs: config.FIRST_AUDIO_LATENCY, speed: config.AUDIO_SPEED },
  });
  if (config.CA_FILE !== undefined) await writeFile(config.CA_FILE, simulator.ca);
  const ports = { port: simulator.port, tlsPort: simulator.tlsPort, healthPort: simulator.port };
  await writePortFile(config.PORT_FILE, ports);
  process.stdout.write(`${JSON.stringify({ event: 'listening', service: 'openai-simulator', ...ports })}\n`);
  return simulator;
});
