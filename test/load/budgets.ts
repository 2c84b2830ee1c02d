/**
 * What a run may cost and how long it may take: the one place where the limits are written down. CPU is a ratio to the
 * bare relay of the same run, so that a faster or slower machine changes nothing. Milliseconds are judged only while the
 * machine and the load generator kept up.
 */

export interface Budget {
  /** Names the figure of the run that it limits. */
  figure: string;
  what: string;
  unit: '× relay' | 'ms' | 'KiB';
  most: number;
  /** Measured in its own window, after the calls. */
  apart?: 'booking';
}

export const budgets: readonly Budget[] = [
  ratio('bridgeCpu', 'media-bridge: CPU per call-second', 1.0),
  ratio('gatewayCpu', 'gateway: CPU per call-second', 0.7),
  latency('callerToModelP50', 'audio caller → model, p50', 1),
  latency('callerToModelP99', 'audio caller → model, p99', 10),
  latency('modelToCallerP50', 'audio model → caller, p50', 1),
  latency('modelToCallerP99', 'audio model → caller, p99', 10),
  latency('firstAudio700P99', '`start` → first audio, stream 700 ms after the webhook', 50),
  latency('bargeInP99', 'speech_started → clear, p99', 5),
  latency('webhookP50', 'webhook → TwiML, p50', 15),
  latency('webhookP99', 'webhook → TwiML, p99', 60),
  latency('findSlotsP99', 'find_slots, from the model’s call to its answer, p99', 30),
  latency('bookSlotP99', 'book_slot, from the model’s call to its answer, p99', 50),
  {
    ...latency('bookingFindSlotsP99', 'find-slots over NATS: 60 days, 20 people, 5,000 appointments, p99', 30),
    apart: 'booking',
  },
  { ...latency('bookingBookSlotP99', 'book-slot over NATS, 20 per second, p99', 50), apart: 'booking' },
  {
    figure: 'bridgeMemoryPerCall',
    what: 'media-bridge: heap and external per extra call',
    unit: 'KiB',
    most: 150,
  },
];

/** A machine busier than this queues work of its own accord. */
export const MOST_MACHINE_BUSY = 0.7;
/** What another program on the machine may use before the figures are as much its as ours. */
export const MOST_FOREIGN_LOAD = 0.1;
/** A load generator later than this with its own frames measures itself. */
export const MOST_GENERATOR_LATENESS_MS = 5;
/** Of the relay's cost between parts of a window, relative to its mean: beyond it the ratios are guesses. */
export const MOST_RELAY_SPREAD = 0.25;
/** Between its two windows, likewise: the stack's lies between them. */
export const MOST_RELAY_DRIFT = 0.15;

function ratio(figure: string, what: string, most: number): Budget {
  return { figure, what, unit: '× relay', most };
}

function latency(figure: string, what: string, most: number): Budget {
  return { figure, what, unit: 'ms', most };
}
