/** `.local/stack.json`: where everything of a running stack is, for people and test clients. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

export const stackFile = z.object({
  gateway: z.object({ urls: z.array(z.url()).min(1), publicUrl: z.url() }),
  nats: z.object({ url: z.string(), adminCreds: z.string() }),
  postgres: z.object({ url: z.string() }),
  twilio: z.object({ apiUrl: z.url(), accountSid: z.string(), authToken: z.string() }),
  model: z.object({
    realtimeUrl: z.string(),
    realtimeTlsUrl: z.string(),
    apiUrl: z.url(),
    apiKey: z.string(),
    /** The certificate authority of `realtimeTlsUrl`; empty when the system's own know it. */
    ca: z.string(),
  }),
  businesses: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      number: z.string(),
      timeZone: z.string(),
      apiKey: z.string(),
      eventCreds: z.string(),
      eventSubject: z.string(),
    }),
  ),
  processes: z.array(z.object({ name: z.string(), service: z.string(), pid: z.int(), healthUrl: z.string() })),
});
export type StackFile = z.infer<typeof stackFile>;

/** It holds keys: nobody else on this machine may read it. */
export async function writeStackFile(file: string, content: StackFile): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function readStackFile(file: string): Promise<StackFile> {
  return stackFile.parse(JSON.parse(await readFile(file, 'utf8')));
}
