/** Twilio's connection overrides, written into a URL's fragment: `https://host/path#rc=5&rp=all`. */

export interface ConnectionOverrides {
  connectTimeoutMs: number;
  readTimeoutMs: number;
  totalTimeoutMs: number;
  retries: number;
  /** Which failures are tried again: connection, read, 4xx, 5xx. */
  retryOn: ReadonlySet<string>;
}

const KINDS = ['ct', 'rt', '4xx', '5xx'];
const KNOWN = new Set(['ct', 'rt', 'tt', 'rc', 'rp', 'sni', 'e']);

/** @throws RangeError naming what Twilio would not take */
export function connectionOverrides(url: string): ConnectionOverrides {
  const hash = url.indexOf('#');
  const given = new URLSearchParams(hash === -1 ? '' : url.slice(hash + 1));
  for (const name of given.keys()) if (!KNOWN.has(name)) throw new RangeError(`unknown connection override ${name}`);
  const number = (name: string, low: number, high: number, otherwise: number) => {
    const text = given.get(name);
    if (text === null) return otherwise;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= low && value <= high)) throw new RangeError(`connection override ${name} must be ${low} to ${high}`);
    return value;
  };
  const policy = given.get('rp')?.split(',') ?? ['ct'];
  for (const kind of policy) {
    if (kind !== 'all' && !KINDS.includes(kind)) throw new RangeError(`unknown retry policy ${kind}`);
  }
  return {
    connectTimeoutMs: number('ct', 100, 10_000, 5_000),
    readTimeoutMs: number('rt', 100, 15_000, 15_000),
    totalTimeoutMs: number('tt', 100, 15_000, 15_000),
    retries: number('rc', 0, 5, 1),
    retryOn: new Set(policy.includes('all') ? KINDS : policy),
  };
}
