import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { issueEventCredentials } from '@frontdesk/contracts/business-profile/issue-event-credentials';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import type { Messaging } from '@frontdesk/messaging';
import { hashApiKey } from '@frontdesk/secrets';

export function createBusinessProfile(messaging: Messaging) {
  return {
    /** Whose key is this? Throws WireError `denied` for a key nobody has. */
    authenticate: (apiKey: string) =>
      messaging.request(authenticateApiKey, NO_BUSINESS, { keyHash: hashApiKey(apiKey) }),
    issueEventCredentials: (businessId: string, name: string) =>
      messaging.request(issueEventCredentials, businessId, { name }),
  };
}
export type BusinessProfile = ReturnType<typeof createBusinessProfile>;
