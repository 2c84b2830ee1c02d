/** Which service somebody means. */
import type { Service } from './catalog.ts';
import { fit, wordsOf } from './words.ts';

const fillers = new Set(['a', 'an', 'the', 'and', 'of', 'for', 'my', 'with', 'please', 'appointment', 'service']);

/**
 * The service that fits a spoken name best, or the business's first when none was named; `undefined` when none fits.
 * Ties go to the service added first.
 */
export function matchService(services: readonly Service[], spokenName: string | undefined): Service | undefined {
  const said = wordsOf(spokenName ?? '', fillers);
  // "An appointment, please" names none, unless a service is called just that.
  const namesOne = said.some((word) => !fillers.has(word));
  if (!namesOne) {
    return services.find(({ name }) => wordsOf(name, fillers).join(' ') === said.join(' ')) ?? services[0];
  }
  return services
    .map((service) => ({ service, score: fit(said, wordsOf(service.name, fillers)) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)[0]?.service;
}
