export { hashApiKey } from './api-key.ts';
export { keyList } from './key-list.ts';
export { createKeyRing, type KeyRing } from './key-ring.ts';
export { SecretsError, type SecretsErrorReason } from './secrets-error.ts';
export { createTokenSigner, type TokenSigner, type Verified } from './token-signer.ts';
