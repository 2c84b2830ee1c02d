/** A JetStream key-value bucket and the schema of its values. */
import type { z } from 'zod';

export interface BucketContract<Value extends z.ZodType = z.ZodType> {
  readonly bucket: string;
  readonly value: Value;
  /** After this long without a write a key disappears; 0 keeps it for ever. */
  readonly ttlMs: number;
}

export function defineBucket<Value extends z.ZodType>(contract: BucketContract<Value>): BucketContract<Value> {
  if (!/^[a-z][a-z0-9_]*$/.test(contract.bucket)) throw new Error(`not a legal bucket name: ${contract.bucket}`);
  return Object.freeze(contract);
}
