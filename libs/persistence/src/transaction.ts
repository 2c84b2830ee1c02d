/**
 * The two kinds of transaction as types. A reader or writer that takes one cannot be called outside a transaction, nor
 * with the rights of the other role: the compiler is the assertion.
 */
import type { Transaction } from 'kysely';

declare const scope: unique symbol;

/** Sees and writes the rows of one business. */
export type TenantTransaction<DB> = Transaction<DB> & { readonly [scope]: 'tenant' };

/** Sees all businesses. For relays, sweepers and look-ups that find out which business it is. */
export type SystemTransaction<DB> = Transaction<DB> & { readonly [scope]: 'system' };
