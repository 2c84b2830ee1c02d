/**
 * `GET /calendar/<token>.ics`, for calendar programs. The token is the only key: it is in no log, and whoever asks with
 * one that was revoked hears the same as with one that never was.
 */
import { calendarToken } from '@frontdesk/contracts/booking/calendar-links';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';

const path = z.object({
  file: z
    .string()
    .endsWith('.ics')
    .transform((file) => file.slice(0, -4))
    .pipe(calendarToken),
});

export function serveCalendar(http: FastifyInstance, context: Context): void {
  http.get('/calendar/:file', async (request, reply) => {
    const asked = path.safeParse(request.params);
    if (!asked.success) throw nothingThere();
    const { ics, fileName, etag } = await readCalendar(context, asked.data.file);
    const tag = `"${etag}"`;
    reply.headers({
      etag: tag,
      // Nobody between us and the calendar program keeps it, and a program asks again before it shows what it kept.
      'cache-control': 'private, no-cache',
      'x-robots-tag': 'noindex',
      'x-content-type-options': 'nosniff',
    });
    if (isKnown(request.headers['if-none-match'], tag)) return reply.code(304).send();
    return reply
      .type('text/calendar; charset=utf-8')
      .header('content-disposition', `inline; filename="${fileName}"`)
      .send(ics);
  });
}

async function readCalendar(context: Context, token: string) {
  try {
    return await context.booking.calendar(token);
  } catch (error) {
    throw error instanceof WireError && error.code === 'not_found' ? nothingThere() : error;
  }
}

const nothingThere = () => new WireError('not_found', 'there is nothing at this address');

/** RFC 9110, 13.1.2: any of a list, compared weakly. */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
