/** What a test may ask the stage hand to do, as JSON: tests run in workers, the processes belong to the run. */
import { z } from 'zod';

/** What one test breaks and others lean on; and two doors, through which one business at a time is opened. */
export const prop = z.enum(['gateway', 'nats', 'postgres', 'booking', 'business-profile', 'door-1', 'door-2']);
export type Prop = z.infer<typeof prop>;

const name = z.string().min(1);

export const order = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('signal'), name, signal: z.enum(['SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGTERM']) }),
  /** Answers `{ end }` once the process is gone: "exit code 0", "SIGKILL". */
  z.strictObject({ do: z.literal('await exit'), name, timeoutMs: z.int() }),
  /** Another process like one of the stack's, under a name and with environment variables of its own. */
  z.strictObject({ do: z.literal('start'), like: name, name, env: z.record(z.string(), z.string()) }),
  /** The same process again. */
  z.strictObject({ do: z.literal('restart'), name }),
  z.strictObject({ do: z.literal('kill nats') }),
  z.strictObject({ do: z.literal('start nats') }),
  z.strictObject({ do: z.literal('freeze nats') }),
  z.strictObject({ do: z.literal('thaw nats') }),
  z.strictObject({ do: z.literal('freeze postgres') }),
  z.strictObject({ do: z.literal('thaw postgres') }),
  /** Waits until nobody breaks what is `shared` and nobody leans on what is `exclusive`; answers `{ id }`. */
  z.strictObject({ do: z.literal('hold'), shared: z.array(prop), exclusive: z.array(prop) }),
  z.strictObject({ do: z.literal('release'), id: z.int() }),
]);
export type Order = z.input<typeof order>;

export const answer = z.object({
  id: z.int().optional(),
  end: z.string().optional(),
  port: z.int().optional(),
  healthPort: z.int().optional(),
  error: z.string().optional(),
});
export type Answer = z.infer<typeof answer>;
