import { randomBytes } from 'node:crypto';

/** A Twilio id: two letters and 32 hexadecimal digits. */
export function newSid(prefix: 'CA' | 'EH' | 'MZ' | 'RE'): string {
  return prefix + randomBytes(16).toString('hex');
}
