/** `/openapi.json`, made from the HTTP contracts. */

import type { HttpContract } from '@frontdesk/contracts/http/http';
import { httpError, idempotencyKey } from '@frontdesk/contracts/http/http';
import { allHttp } from '@frontdesk/contracts/registry';
import { RELEASE } from '@frontdesk/contracts/release';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Context } from '../context.ts';

const idempotencyHeader = z.object({
  'Idempotency-Key': idempotencyKey
    .optional()
    .describe(
      'Your own name for this request: sent again with the same key it is done once and answered the same. With another body it is refused (409). Without a key every request is another.',
    ),
});

export function serveOpenApi(http: FastifyInstance, context: Context): void {
  const document = openApiDocument(context.config.publicUrl);
  http.get('/openapi.json', async (_request, reply) => reply.send(document));
}

export function openApiDocument(publicUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const contract of allHttp) {
    paths[contract.path] = { ...paths[contract.path], [contract.method.toLowerCase()]: operation(contract) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Frontdesk', version: RELEASE, description: 'Manage a business’s receptionist and read its calls.' },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }],
    components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: fd_…' } } },
    paths,
  });
}

function operation(contract: HttpContract): ZodOpenApiOperationObject {
  const failure = (description: string) => ({ description, content: { 'application/json': { schema: httpError } } });
  return {
    summary: contract.summary,
    requestParams: {
      path: contract.params,
      query: contract.query,
      ...(contract.idempotent ? { header: idempotencyHeader } : {}),
    },
    ...(contract.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: contract.body } } } }
      : {}),
    responses: {
      [contract.status]: { description: 'Done.', content: { 'application/json': { schema: contract.reply } } },
      400: failure('The request is not valid; `issues` names every wrong field.'),
      401: failure('No API key, or not a valid one.'),
      404: failure('There is no such thing in this business.'),
      409: failure('Its state forbids it: a time that was just taken, a name that is in use.'),
      503: failure('A part of the system cannot be reached right now; try again.'),
    },
  };
}
