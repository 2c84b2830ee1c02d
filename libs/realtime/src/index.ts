/**
 * OpenAI Realtime, GA protocol, over one WebSocket per call.
 *
 * The exchange
 * 1. Connect with the model in the URL and the key as bearer. The server sends `session.created`; we send one
 *    `session.update` with everything the call depends on; the server answers `session.updated`.
 * 2. Caller audio is appended as it comes. The server finds the turns: `speech_started`, `speech_stopped`,
 *    `committed`, and creates a response by itself when the session says so.
 * 3. A response streams audio much faster than it can be played, with its transcript beside it, then `response.done`.
 *    Tool calls arrive as items; their outputs go back as items, followed by a `response.create`.
 * 4. When the caller interrupts, the server ends the response; clearing what is unplayed and truncating the item to
 *    what was heard is up to us, also when the response was done long before.
 *
 * Invariants
 * - Only `connection.ts` has a socket or a timer; everything else is types and pure functions.
 * - State belongs to item ids, not to responses: one response may carry several items.
 * - A tool call is announced twice (`function_call_arguments.done`, `output_item.done`): count it by `call_id`.
 */
export { type AudioDelta, audioDelta, BASE64 } from './audio-delta.ts';
export {
  type ClientEvent,
  cancelResponse,
  clearAudio,
  commitAudio,
  createItem,
  createResponse,
  deleteItem,
  functionCall,
  functionOutput,
  type NewItem,
  type ResponseOptions,
  retrieveItem,
  sessionUpdate,
  textItem,
  truncateItem,
} from './client-events.ts';
export { type ConnectionEnd, openRealtime, type RealtimeConnection, type RealtimeOptions } from './connection.ts';
export { type ConnectFailure, classifyError, type ErrorKind, RealtimeConnectError } from './errors.ts';
export type { FunctionCallItem, Item, MessageItem } from './items.ts';
export {
  createResponseQueue,
  type QueueLimits,
  type QueueStep,
  type RefusedWish,
  type ResponseQueue,
} from './response-queue.ts';
export {
  type ModelError,
  type ModelResponse,
  type ParsedServerMessage,
  parseServerMessage,
  type ServerEvent,
  type ServerEventOf,
  serverEvent,
  type UnknownEvent,
} from './server-events.ts';
export {
  type FunctionTool,
  type SessionChange,
  type SessionConfig,
  type SessionOptions,
  sessionConfig,
  type TurnDetection,
} from './session.ts';
export { addUsage, NO_USAGE, type Usage, type UsageTotals } from './usage.ts';
