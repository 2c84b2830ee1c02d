/**
 * Links under which a calendar program reads appointments: one appointment as an attachment, or all of a resource as a
 * feed. The token in a link is the only key to it: unguessable, kept only as a hash, and revocable.
 */
import { z } from 'zod';
import { instant } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('appointment'), appointmentId: z.uuid() }),
  z.object({ kind: z.literal('resource'), resourceId: z.uuid() }),
]);

/** 256 random bits in base64url: a legal path segment. */
export const calendarToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a calendar token');

export const createCalendarLink = defineRpc({
  service: 'booking',
  verb: 'create-calendar-link',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({ target }),
  /** Fails with `not_found`, or with `conflict` when there are 500. The token is told only here. */
  reply: z.object({ linkId: z.uuid(), token: calendarToken }),
});

export const listCalendarLinks = defineRpc({
  service: 'booking',
  verb: 'list-calendar-links',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({}),
  /** All that are not revoked, latest first: 500 at most. */
  reply: z.object({
    links: z.array(z.object({ linkId: z.uuid(), target, createdAt: instant, lastReadAt: instant.nullable() })),
  }),
});

export const revokeCalendarLink = defineRpc({
  service: 'booking',
  verb: 'revoke-calendar-link',
  scope: 'business',
  timeoutMs: 1_500,
  request: z.object({ linkId: z.uuid() }),
  /** Fails with `not_found`. Revoking twice is no error. */
  reply: z.object({}),
});

/** Whose it is follows from the token. */
export const readCalendar = defineRpc({
  service: 'booking',
  verb: 'read-calendar',
  scope: 'none',
  timeoutMs: 2_000,
  request: z.object({ token: calendarToken }),
  /** Fails with `not_found` for a token that never was, or is revoked. */
  reply: z.object({
    /** RFC 5545, with CRLF. */
    ics: z.string(),
    fileName: z.string(),
    /** Changes whenever the text would. */
    etag: z.string(),
  }),
});
