import { createEventCredentials } from '@frontdesk/contracts/http/event-credentials';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';

export function serveEventCredentials(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, createEventCredentials, async ({ businessId, body }) => {
    const { creds, subject, stream, consumer, apiPrefix } = await context.businessProfile.issueEventCredentials(
      businessId,
      body.name,
    );
    return { creds, subject, stream, consumer, api_prefix: apiPrefix };
  });
}
