/** The names of our contracts as the management API writes them, and back. Only names change, never values. */

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Name;

type Camel<Name extends string> = Name extends `${infer Head}_${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : Name;

export type SnakeCased<T> = T extends readonly (infer Each)[]
  ? SnakeCased<Each>[]
  : T extends object
    ? { [Name in keyof T as Name extends string ? Snake<Name> : Name]: SnakeCased<T[Name]> }
    : T;

export type CamelCased<T> = T extends readonly (infer Each)[]
  ? CamelCased<Each>[]
  : T extends object
    ? { [Name in keyof T as Name extends string ? Camel<Name> : Name]: CamelCased<T[Name]> }
    : T;

export const snakeName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camelName = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());

/** @param value plain data, as contracts describe it */
export function snakeCased<T>(value: T): SnakeCased<T> {
  return renamed(value, snakeName) as SnakeCased<T>;
}

export function camelCased<T>(value: T): CamelCased<T> {
  return renamed(value, camelName) as CamelCased<T>;
}

function renamed(value: unknown, name: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, name));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [name(key), renamed(each, name)]));
}
