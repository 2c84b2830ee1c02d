import { homeServices } from './home-services.ts';
import { mortgage } from './mortgage.ts';
import { realEstate } from './real-estate.ts';
import type { Seed } from './seed.ts';

/** The businesses of a new stack. The first is the one whose number can be replaced by your own. */
export const seeds: readonly Seed[] = [homeServices, mortgage, realEstate];
