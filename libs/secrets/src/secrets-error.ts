/**
 * - `bad_keys`     the configured keys cannot be used
 * - `unknown_key`  sealed with a key that is not in the ring any more
 * - `malformed`    not something a key ring made
 * - `forged`       changed since it was sealed, or sealed for another place (another `aad`)
 */
export type SecretsErrorReason = 'bad_keys' | 'unknown_key' | 'malformed' | 'forged';

/** Holds neither keys nor secrets. */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
  readonly reason: SecretsErrorReason;

  constructor(reason: SecretsErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
