import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import type { Messaging } from '@frontdesk/messaging';
import type { ToolRequests } from '../domain/tools/tool.ts';

export interface BusinessProfile {
  searchKnowledge(
    businessId: string,
    request: ToolRequests['searchKnowledge']['request'],
  ): Promise<ToolRequests['searchKnowledge']['reply']>;
}

export function createBusinessProfile(messaging: Messaging): BusinessProfile {
  return { searchKnowledge: (businessId, request) => messaging.request(searchKnowledge, businessId, request) };
}
