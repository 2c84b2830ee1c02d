export { type Backoff, type BackoffOptions, backoff } from './backoff.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export { DeadlineError, withDeadline } from './deadline.ts';
export { createInFlight, type InFlight } from './in-flight.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { writePortFile } from './port-file.ts';
export { createPulse, type Pulse } from './pulse.ts';
export { type Runnable, type RunServiceOptions, runService } from './run-service.ts';
