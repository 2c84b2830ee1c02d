/** Everything this bridge counts. Labels never name a call, a business or a person. */
import { createMetrics } from '@frontdesk/observability';

const REPLY_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];
const STOP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
const TOOL_BUCKETS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

export type BridgeMetrics = ReturnType<typeof createBridgeMetrics>;

export function createBridgeMetrics() {
  const metrics = createMetrics('media-bridge');
  return {
    registry: metrics.registry,
    active: metrics.gauge('call_active', 'Calls reserved or talking on this bridge'),
    reservations: metrics.counter('reservations_total', 'Reservations by result', ['result']),
    streams: metrics.counter('media_streams_total', 'Media sockets by result', ['result']),
    firstAudio: metrics.histogram(
      'first_audio_seconds',
      'From the start of the media stream to the first audio sent',
      REPLY_BUCKETS,
    ),
    turnResponse: metrics.histogram(
      'turn_response_seconds',
      'From the end of the caller’s turn, as the model found it, to the first audio of the reply',
      REPLY_BUCKETS,
    ),
    bargeIns: metrics.counter('barge_in_total', 'Times a caller interrupted audio that was playing'),
    bargeInStop: metrics.histogram(
      'barge_in_stop_seconds',
      'From the model hearing the caller to the clear on the wire',
      STOP_BUCKETS,
    ),
    lateAudio: metrics.counter('late_audio_total', 'Pieces of audio of interrupted responses, dropped'),
    toolDuration: metrics.histogram('tool_duration_seconds', 'Tool calls', TOOL_BUCKETS, ['tool', 'outcome']),
    ended: metrics.counter('call_ended_total', 'Calls by the reason they ended', ['reason']),
    degraded: metrics.counter('call_degraded_total', 'What went wrong in calls and was survived', ['reason']),
    ignoredMedia: metrics.counter('ignored_media_messages_total', 'Messages from Twilio that were ignored', ['kind']),
    modelUnknown: metrics.counter('model_events_unknown_total', 'Model events this release does not know'),
    modelMalformed: metrics.counter('model_events_malformed_total', 'Model messages that are not what they say'),
    modelErrors: metrics.counter('model_errors_total', 'Errors the model reported', ['code']),
    audioDropped: metrics.counter('audio_dropped_total', 'Frames dropped because a peer does not read', ['to']),
    journalDropped: metrics.counter('call_journal_dropped_total', 'Records and events given up', ['reason']),
    loopLag: metrics.gauge('loop_lag_seconds', 'Event-loop delay over the last second, 99th percentile'),
  };
}
