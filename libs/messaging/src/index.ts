export {
  ACCOUNT_LIMITS,
  type BusinessAccount,
  type BusinessAccountOptions,
  type BusinessUserOptions,
  businessAccount,
  businessEventAccess,
  businessExports,
  businessUser,
  EVENTS_API_PREFIX,
  type EventAccess,
} from './business-account.ts';
export { type ConnectOptions, connectNats } from './connection.ts';
export {
  HEADER_DELIVERIES,
  HEADER_DETAIL,
  HEADER_ORIGINAL_SEQUENCE,
  HEADER_ORIGINAL_SUBJECT,
  HEADER_REASON,
} from './dead-letters.ts';
export { connectMessaging } from './messaging.ts';
export { messagingMetrics } from './messaging-metrics.ts';
export { createBusinessConsumer, pushAccount } from './push-account.ts';
export { requireIdempotencyKey } from './require-key.ts';
export { type EventRoute, on, routeEvents } from './route-events.ts';
export {
  ackSubjects,
  DEADLETTERS_STREAM,
  DEADLETTERS_SUBJECTS,
  deadLetterSubject,
  inboxPrefix,
} from './subjects.ts';
export type {
  Bucket,
  ConsumeOptions,
  DeadLetterReason,
  Delivery,
  Messaging,
  MessagingHooks,
  MessagingOptions,
  RequestContext,
  RequestHandler,
  RequestOptions,
  WatchOptions,
} from './types.ts';
