import type { Clock } from '@frontdesk/lifecycle';
import type { Pacer } from './pacer.ts';
import type { FindHost } from './public-hosts.ts';
import type { Callee } from './script.ts';
import type { WebhookClient } from './webhook.ts';

/** What all calls of one simulator share. */
export interface CallContext {
  readonly accountSid: string;
  readonly authToken: string;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly findHost: FindHost;
  readonly webhooks: WebhookClient;
  /** Where this simulator's REST API is, for the URLs in its JSON. */
  readonly apiUrl: () => string;
  /** Who has a number that is called. */
  readonly calleeOf: (number: string) => Callee;
}
