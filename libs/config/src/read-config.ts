/**
 * The only reader of the environment.
 *
 * Everything wrong is reported at once, by name, because a person fixing a deployment should need one try. Values stay
 * out of the message: it ends in logs, and half of the variables are secrets.
 */
import { z } from 'zod';
import { ConfigError } from './config-error.ts';

/**
 * @param shape variable name → schema; what is `.optional()` or has a `.default()` may be missing
 * @param env defaults to the process's environment
 * @throws ConfigError naming every missing or invalid variable
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<z.ZodObject<Shape>> {
  const given: Record<string, string> = {};
  for (const variable of Object.keys(shape)) {
    const value = env[variable]?.trim();
    // `FOO=` in a compose file or a ConfigMap means "not set".
    if (value) given[variable] = value;
  }
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;

  const problems = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const variable = String(issue.path[0]);
    if (problems.has(variable)) continue;
    problems.set(variable, variable in given ? `is not valid: ${wordsFor(issue)}` : 'is missing');
  }
  throw new ConfigError([...problems].map(([variable, problem]) => ({ variable, problem })));
}

/** Messages of our own schemas hold no input. Zod's defaults may ("Invalid enum value"), so only safe ones pass. */
function wordsFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.message;
    default:
      return 'has the wrong form';
  }
}
