/**
 * What an environment variable can be. Each is a zod schema from text to a typed value; add `.optional()` or
 * `.default(…)` where it may be missing. Nothing shrugs: `PORT=80a` stops the start, it does not become a default.
 */
import { accessSync, constants } from 'node:fs';
import { z } from 'zod';

/** Any text. Blank counts as missing. */
export function text() {
  return z.string();
}

/** Text that must not be shown. The value is plain; keep it in the config's `secrets`. */
export function secret({ minLength = 1 }: { minLength?: number } = {}) {
  return z.string().min(minLength);
}

/** The path of a file that this process can read. */
export function file() {
  return z.string().refine(isReadable, 'must be a file that can be read');
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    // Whatever stands in the way (missing, forbidden, a broken link), the variable is wrong.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** A URL as text, without a trailing slash. @param options.protocols such as `['https:', 'wss:']` */
export function url({ protocols }: { protocols?: readonly string[] } = {}) {
  return z.string().transform((value, context) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed) return refuse(context, 'must be a URL');
    if (protocols && !protocols.includes(parsed.protocol)) {
      return refuse(context, `must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`);
    }
    return value.replace(/\/+$/, '');
  });
}

/** A whole number, bounds included. */
export function integer({
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
}: {
  min?: number;
  max?: number;
} = {}) {
  return z.string().transform((value, context) => {
    const parsed = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(parsed) && parsed >= min && parsed <= max) return parsed;
    return refuse(context, `must be a whole number${boundsInWords(min, max)}`);
  });
}

/** A TCP port; 0 asks the system for a free one. */
export function port() {
  return integer({ min: 0, max: 65_535 });
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time with its unit, such as `500ms`, `30s`, `5m`, `1h`, `30d`. The value is milliseconds. */
export function duration() {
  return z.string().transform((value, context) => {
    const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(value) ?? [];
    const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
    if (amount === undefined || unitMs === undefined) return refuse(context, 'must be a duration such as 500ms or 30s');
    return Number(amount) * unitMs;
  });
}

/** `true` or `false`. */
export function flag() {
  return z.enum(['true', 'false']).transform((value) => value === 'true');
}

/** Names separated by commas; blanks around them do not count. */
export function list() {
  return z.string().transform((value, context) => {
    const items = value.split(',').map((item) => item.trim());
    if (items.every((item) => item !== '')) return items;
    return refuse(context, 'must be a list separated by commas, without empty items');
  });
}

/** JSON that fits a schema. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z.string().transform((value, context): z.output<Schema> => {
    const parsed = schema.safeParse(parseJson(value));
    return parsed.success ? parsed.data : refuse(context, 'must be JSON of the documented form');
  });
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    // No schema of ours accepts undefined, so that bad JSON is refused like JSON of another form.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: 'custom', message, input: undefined });
  return z.NEVER;
}

function boundsInWords(min: number, max: number): string {
  if (max === Number.MAX_SAFE_INTEGER) return min === Number.MIN_SAFE_INTEGER ? '' : ` of at least ${min}`;
  return min === Number.MIN_SAFE_INTEGER ? ` of at most ${max}` : ` from ${min} to ${max}`;
}
