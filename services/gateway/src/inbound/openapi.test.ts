// Pins: an operation missing from the document, or a document without its parameters, body, or security.
import { allHttp } from '@frontdesk/contracts/registry';
import { expect, test } from 'vitest';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument('https://frontdesk.test');

test('every operation of the contracts is in the document', () => {
  for (const contract of allHttp) {
    const described = document.paths?.[contract.path]?.[contract.method === 'GET' ? 'get' : 'post'];
    expect(described, contract.path).toBeDefined();
    expect(described?.responses?.[String(contract.status)]).toBeDefined();
    expect(described?.requestBody !== undefined).toBe(contract.body !== undefined);
  }
});

test('parameters carry their schemas and the API key is required', () => {
  const parameters = document.paths?.['/api/v1/voice/call-history']?.get?.parameters ?? [];
  expect(parameters.map((each) => ('name' in each ? each.name : ''))).toContain('cursor');
  expect(document.security).toEqual([{ apiKey: [] }]);
});
