/** OpenAI Realtime as the voice of a call: one socket, opened when the call is reserved. */
import type { Clock, Pulse } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import {
  type ClientEvent,
  classifyError,
  openRealtime,
  RealtimeConnectError,
  type RealtimeConnection,
  type ServerEvent,
  type UnknownEvent,
} from '@frontdesk/realtime';
import type { Ear, EngineEvent, VoiceEngine } from '../../domain/voice-engine.ts';
import type { BridgeMetrics } from '../../events.ts';
import { audioWire } from './audio-wire.ts';
import { createTranslation, failureKind, isPiece, pieceOf, type Step } from './translation.ts';

export interface OpenAiOptions {
  url: string;
  apiKey: string;
  model: string;
  transcriptionModel: string;
  ca?: string;
  clock: Clock;
  /** Of `TICK_MS`. */
  ticks: Pulse;
  metrics: Pick<BridgeMetrics, 'modelErrors' | 'modelUnknown' | 'modelMalformed'>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const CONNECT_ATTEMPTS = 2;
/** Also the connection's beat: a server that is gone, though its socket is there, is noticed within four of these. */
export const TICK_MS = 1_000;
/** Commands wait for the socket; more than these few mean that something is wrong. */
const MAX_UNSENT = 64;

/**
 * Logged by their names: a session's beginning, and the two ends of whoever speaks. A response's end, an error and what
 * nobody knows have lines of their own. Everything else follows from these.
 */
const LOGGED: ReadonlySet<ServerEvent['type']> = new Set([
  'session.created',
  'session.updated',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.committed',
  'conversation.item.input_audio_transcription.failed',
]);

/** @param onEvent not called any more after `close` or a `lost` */
export function openOpenAiRealtime(
  options: OpenAiOptions,
  log: Logger,
  onEvent: (event: EngineEvent) => void,
): VoiceEngine {
  const { clock, metrics } = options;
  const translation = createTranslation(options.transcriptionModel);
  let connection: RealtimeConnection | undefined;
  let unsent: ClientEvent[] = [];
  let over = false;
  let wire = audioWire('g711');
  let ear: Ear | undefined;
  const ticking = options.ticks.join(tick);

  function tick(): void {
    connection?.beat();
    take(translation.tick(clock.monotonicMs()));
  }

  function close(): void {
    over = true;
    ear = undefined;
    unsent = [];
    ticking[Symbol.dispose]();
    connection?.close();
  }

  function lost(reason: string, final = false): void {
    if (over) return;
    close();
    onEvent({ kind: 'lost', reason, ...(final ? { final } : {}) });
  }

  function send(event: ClientEvent): void {
    if (connection === undefined) {
      if (unsent.push(event) > MAX_UNSENT) lost('unsent');
      return;
    }
    log.debug({ event: event.type }, 'to model');
    if (!connection.send(event)) lost('unsendable');
  }

  function take({ send: outgoing, events }: Step): void {
    for (const event of outgoing) send(event);
    for (const event of events) {
      if (over) return;
      if (event.kind === 'lost') lost(event.reason, event.final);
      else if (event.kind === 'audio') spoke(event);
      else onEvent(event);
    }
  }

  function spoke(event: Extract<EngineEvent, { kind: 'audio' }>): void {
    const base64 = wire.fromModel(event.itemId, event.base64);
    if (base64 !== undefined) onEvent({ ...event, base64 });
  }

  function heard(event: ServerEvent | UnknownEvent): void {
    if (over) return;
    if (isPiece(event)) {
      const piece = pieceOf(event);
      if (piece.kind === 'audio') spoke(piece);
      else onEvent(piece);
      return;
    }
    note(event);
    take(translation.serverEvent(event, clock.monotonicMs()));
  }

  function note(event: ServerEvent | UnknownEvent): void {
    if (event.type === 'unknown') {
      metrics.modelUnknown.inc();
      log.debug({ event: event.eventType }, 'unknown model event');
    } else if (event.type === 'error') {
      const { kind, fatal } = classifyError(event.error);
      metrics.modelErrors.inc({ code: kind });
      log.warn({ event: event.type, code: event.error.code, kind, fatal, param: event.error.param }, 'model error');
    } else if (event.type === 'response.done') {
      const { id, status, status_details: details } = event.response;
      const code = details?.error?.code ?? null;
      // Labels are few: the model's own code is in the log.
      if (status === 'failed') metrics.modelErrors.inc({ code: failureKind(event.response) });
      log.info({ event: event.type, response: id, status, reason: details?.reason, code }, 'model event');
    } else if (LOGGED.has(event.type)) {
      log.info({ event: event.type }, 'model event');
    }
  }

  async function connect(): Promise<void> {
    for (let attempt = 1; !over; attempt += 1) {
      try {
        const opened = await openRealtime({
          url: options.url,
          apiKey: options.apiKey,
          model: options.model,
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
          ca: options.ca,
          onEvent: heard,
          wants: translation.wants,
          onMalformed: (reason) => {
            metrics.modelMalformed.inc();
            log.warn({ reason }, 'malformed model event');
          },
          onClose: ({ cause, code }) => {
            if (!over) log.warn({ cause, code }, 'model socket closed');
            lost(cause);
          },
        });
        connection = opened;
        if (over) return opened.close();
        ear = wire.toModel(opened);
        const waiting = unsent;
        unsent = [];
        for (const event of waiting) send(event);
        return;
      } catch (error) {
        if (!(error instanceof RealtimeConnectError)) throw error;
        metrics.modelErrors.inc({ code: error.failure });
        log.warn({ failure: error.failure, code: error.code, attempt }, 'no connection to the model');
        if (!error.retryable || attempt >= CONNECT_ATTEMPTS) return lost(error.failure, !error.retryable);
      }
    }
  }

  connect().catch((error: unknown) => {
    log.error({ err: error }, 'opening the model failed');
    lost('failed');
  });

  return {
    capabilities: { truncation: true },
    send: (command) => {
      if (over) return;
      if (command.kind === 'configure') {
        wire = audioWire(command.settings.agent.audio);
        ear = connection && wire.toModel(connection);
      }
      take(translation.command(command, clock.monotonicMs()));
    },
    ear() {
      return ear;
    },
    close,
  };
}
