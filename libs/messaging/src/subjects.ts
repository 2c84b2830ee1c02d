/** Subjects that belong to the transport rather than to a contract. Permissions are made from these. */

/** Copies of messages no consumer could handle, one subject per durable. */
export const DEADLETTERS_STREAM = 'DEADLETTERS';
export const DEADLETTERS_SUBJECTS = 'deadletters.*';

export function deadLetterSubject(durable: string): string {
  return `deadletters.${token(durable)}`;
}

/** Replies to a service's requests come back under its own prefix, which no other service may read. */
export function inboxPrefix(service: string): string {
  return `_INBOX_${token(service)}`;
}

/**
 * What acknowledging a consumer's messages publishes on. Servers up to 2.14 say `$JS.ACK.<stream>.<consumer>…`, later
 * ones `$JS.ACK.<domain>.<account>.<stream>.<consumer>…`.
 */
export function ackSubjects(stream: string, consumer: string): readonly [string, string] {
  return [`$JS.ACK.${stream}.${consumer}.>`, `$JS.ACK.*.*.${stream}.${consumer}.>`];
}

function token(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error(`not a subject token: ${text}`);
  return text;
}
