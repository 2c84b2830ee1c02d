// Pins: an operation missing from the document, or a document without its parameters, body, or security.
import { allHttp } from '@frontdesk/contracts/registry';
import { expect, test } from 'vitest';
import { openApiDocument } from './openapi.ts';

const methods = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;
const document = openApiDocument('https://frontdesk.test');

test('every operation of the contracts is in the document', () => {
  for (const contract of allHttp) {
    const described = document.paths?.[contract.path]?.[methods[contract.method]];
    expect(described, contract.path).toBeDefined();
    expect(described?.responses?.[String(contract.status)]).toBeDefined();
    expect(described?.requestBody !== undefined).toBe(contract.body !== undefined);
  }
});

test('parameters carry their schemas and the API key is required', () => {
  const parameters = document.paths?.['/api/v1/voice/call-history']?.get?.parameters ?? [];
  expect(parameters.map((each) => ('name' in each ? each.name : ''))).toContain('cursor');
  const booking = document.paths?.['/api/v1/appointments']?.post?.parameters ?? [];
  expect(booking.map((each) => ('name' in each ? each.name : ''))).toEqual(['Idempotency-Key']);
  expect(document.security).toEqual([{ apiKey: [] }]);
});
