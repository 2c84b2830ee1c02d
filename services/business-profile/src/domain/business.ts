/** A business as this service keeps it, and what others see of it. */
import type {
  AgentProfile,
  CallerTrust,
  Fallback,
  OpeningHours,
} from '@frontdesk/contracts/business-profile/agent-profile';
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';

/** What the operator says about a business, without its secrets. */
export interface BusinessDefinition {
  readonly name: string;
  readonly timeZone: string;
  readonly pool: string;
  readonly maxConcurrentCalls: number;
  readonly numbers: readonly string[];
  readonly twilioAccountSid: string;
  readonly agent: AgentProfile;
  readonly openingHours: OpeningHours;
  readonly callerTrust: CallerTrust;
  readonly fallback: Fallback;
  readonly maxCallMs: number;
}

export interface Business extends BusinessDefinition {
  readonly businessId: string;
  readonly twilioAuthTokenSealed: string;
  readonly facts: string;
  /** When it last changed; later is newer, to the microsecond. */
  readonly updatedAt: string;
}

/** What gateways need to answer each of its numbers. */
export function directoryEntries(business: Business): DirectoryEntry[] {
  return business.numbers.map((number) => ({
    version: 1,
    businessId: business.businessId,
    number,
    pool: business.pool,
    maxConcurrentCalls: business.maxConcurrentCalls,
    twilio: { accountSid: business.twilioAccountSid, authTokenEncrypted: business.twilioAuthTokenSealed },
    profile: {
      name: business.name,
      timeZone: business.timeZone,
      agent: business.agent,
      openingHours: business.openingHours,
      callerTrust: business.callerTrust,
      fallback: business.fallback,
      facts: business.facts,
      maxCallMs: business.maxCallMs,
      updatedAt: business.updatedAt,
    },
  }));
}

/** Whether creating `wanted` again asks for exactly what there is. The order of the numbers means nothing. */
export function isSameDefinition(existing: BusinessDefinition, wanted: BusinessDefinition): boolean {
  return canonical(existing) === canonical(wanted);
}

function canonical(definition: BusinessDefinition): string {
  const { name, timeZone, pool, maxConcurrentCalls, twilioAccountSid, agent, openingHours } = definition;
  const { callerTrust, fallback, maxCallMs } = definition;
  const numbers = definition.numbers.toSorted();
  return JSON.stringify(
    {
      name,
      timeZone,
      pool,
      maxConcurrentCalls,
      numbers,
      twilioAccountSid,
      agent,
      openingHours,
      callerTrust,
      fallback,
      maxCallMs,
    },
    sortedKeys,
  );
}

/** Databases and people write the same object in another order. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
