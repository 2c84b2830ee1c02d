/** Text from outside, as what a schema then parses. @returns undefined for what is not JSON, which no schema accepts */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // JSON.parse reports what is no JSON only by this exception.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
