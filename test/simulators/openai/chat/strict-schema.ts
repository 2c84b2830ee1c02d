/**
 * What the real API demands of a schema in strict mode: every object closed (`additionalProperties: false`), every
 * property required, no keyword outside its subset, an object at the root.
 */
import { z } from 'zod';
import { RestError } from './rest-error.ts';

const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  definitions: z.record(z.string(), z.unknown()).optional(),
});
export type JsonSchema = z.infer<typeof jsonSchema>;

/** For a part of a schema that was checked. */
export function readSchema(schema: unknown): JsonSchema {
  return jsonSchema.parse(schema);
}

const PERMITTED = new Set(
  (
    'type properties required additionalProperties items anyOf enum const $ref $defs definitions description title $schema ' +
    'pattern format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum minItems maxItems'
  ).split(' '),
);
const MAX_DEPTH = 10;

function refuse(name: string, context: readonly string[], what: string): RestError {
  const where = `(${context.map((step) => `'${step}'`).join(', ')})`;
  return new RestError(400, `Invalid schema for response_format '${name}': In context=${where}, ${what}`, {
    param: 'response_format',
  });
}

/** @throws RestError 400, naming the place */
export function checkStrictSchema(name: string, schema: unknown): JsonSchema {
  const root = jsonSchema.parse(schema);
  if (root.type !== 'object') {
    throw refuse(name, [], `schema must be a JSON Schema of 'type: "object"', got 'type: "${String(root.type)}"'.`);
  }
  check(name, root, []);
  return root;
}

function check(name: string, schema: unknown, context: readonly string[]): void {
  const read = jsonSchema.safeParse(schema);
  if (!read.success) throw refuse(name, context, 'schema must be an object.');
  const node = read.data;
  if (context.length > MAX_DEPTH * 2)
    throw refuse(name, context, `schema is nested more than ${MAX_DEPTH} levels deep.`);
  const unknown = Object.keys(node).find((key) => !PERMITTED.has(key));
  if (unknown !== undefined) throw refuse(name, context, `'${unknown}' is not permitted.`);
  if (node.type === undefined && !node.anyOf && !node.$ref && !node.enum && node.const === undefined) {
    throw refuse(name, context, "schema must have a 'type' key.");
  }
  const types = [node.type].flat();
  if (types.includes('object')) checkObject(name, node, context);
  if (types.includes('array')) {
    if (node.items === undefined) throw refuse(name, context, 'array schema missing items.');
    check(name, node.items, [...context, 'items']);
  }
  node.anyOf?.forEach((option, index) => {
    check(name, option, [...context, 'anyOf', String(index)]);
  });
  for (const [key, definition] of Object.entries({ ...node.$defs, ...node.definitions })) {
    check(name, definition, [...context, '$defs', key]);
  }
}

function checkObject(name: string, node: JsonSchema, context: readonly string[]): void {
  if (node.additionalProperties !== false) {
    throw refuse(name, context, "'additionalProperties' is required to be supplied and to be false.");
  }
  const properties = Object.keys(node.properties ?? {});
  const missing = properties.find((property) => !node.required?.includes(property));
  if (missing !== undefined) {
    const rule = "'required' is required to be supplied and to be an array including every key in properties.";
    throw refuse(name, context, `${rule} Missing '${missing}'.`);
  }
  const extra = node.required?.find((property) => !properties.includes(property));
  if (extra !== undefined) throw refuse(name, context, `Extra required key '${extra}' supplied.`);
  for (const [property, schema] of Object.entries(node.properties ?? {})) {
    check(name, schema, [...context, 'properties', property]);
  }
}
