/**
 * Starts several things at once and owns those that came up: when one fails, the others are still disposed by `owner`.
 * @throws the first failure, after all have settled
 */
export async function together<T extends readonly AsyncDisposable[]>(
  owner: AsyncDisposableStack,
  starting: { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const settled = await Promise.allSettled(starting);
  for (const result of settled) if (result.status === 'fulfilled') owner.use(result.value);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return (await Promise.all(starting)) as unknown as T;
}
