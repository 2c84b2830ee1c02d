export { type Base, joinMessaging, startBase } from './base.ts';
export { type RunningService, running, startHealth } from './running.ts';
