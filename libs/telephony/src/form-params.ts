import { z } from 'zod';

/** A decoded form body: one text per field, or several where the field was repeated. */
export type FormParams = Readonly<Record<string, string | string[]>>;

/** A form field that Twilio sends empty when it has nothing to say. */
export const optionalText = z
  .string()
  .optional()
  .transform((text) => text || undefined);

/** Names the fields that are wrong, never what was in them: they hold phone numbers. */
export function namesOfWrongFields(error: z.ZodError): string {
  return [...new Set(error.issues.map((issue) => issue.path.join('.')))].join(', ');
}
