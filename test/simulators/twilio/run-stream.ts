/** `<Connect><Stream>`: the call is the stream's until one side ends it, then goes on to the next verb. */
import { type Directive, type Leg, pause } from './leg.ts';
import { type MediaStream, openMediaStream, type StreamEnd } from './media-stream.ts';
import { newSid } from './sids.ts';
import { TwilioError } from './twiml-error.ts';
import type { StreamVerb } from './twiml-verbs.ts';

const ABRUPT_LOSS_ENDS_AFTER_MS = 5_000;

export async function runStream(verb: StreamVerb, leg: Leg): Promise<Directive | undefined> {
  await pause(leg, leg.streamSetupMs);
  if (leg.signal.aborted) return undefined;

  const streamSid = newSid('MZ');
  const isFirst = leg.log.streams.length === 0;
  const entry: Leg['log']['streams'][number] = {
    streamSid,
    url: verb.url,
    startMs: undefined,
    endMs: undefined,
    endedBy: undefined,
    closeCode: undefined,
  };
  leg.log.streams.push(entry);
  const tell = (event: string, error?: string) => tellStream(verb, leg, streamSid, event, error);

  const stream = openMediaStream({
    url: verb.url,
    identity: {
      streamSid,
      callSid: leg.callSid,
      accountSid: leg.context.accountSid,
      parameters: verb.parameters,
    },
    authToken: leg.context.authToken,
    faults: leg.faults,
    findHost: leg.context.findHost,
    events: {
      onStart() {
        entry.startMs = leg.sinceMs();
        tell('stream-started');
      },
      onAudio() {
        leg.log.mediaFramesOut += 1;
        if (isFirst) leg.log.startToFirstAudioMs ??= leg.sinceMs() - (entry.startMs ?? 0);
      },
      onClear() {
        leg.log.clears += 1;
      },
      onMarkReturned() {
        leg.log.marksReturned += 1;
      },
      onError: leg.onError,
    },
  });
  const end = await converse(stream, leg);
  entry.endMs = leg.sinceMs();
  entry.endedBy = end.by;
  entry.closeCode = end.by === 'refused' ? undefined : end.code;
  tell(end.by === 'refused' ? 'stream-error' : 'stream-stopped', end.by === 'refused' ? end.error.message : undefined);
  return afterStream(end, leg);
}

async function converse(stream: MediaStream, leg: Leg): Promise<StreamEnd> {
  const party = {
    play: stream.play,
    pressKey: stream.pressKey,
    send(frame: Parameters<MediaStream['send']>[0]) {
      leg.log.mediaFramesIn += stream.send(frame) ? 1 : 0;
    },
  };
  leg.line.connect(party);
  leg.signal.addEventListener('abort', stream.stop, { once: true });
  const end = await stream.ended;
  leg.signal.removeEventListener('abort', stream.stop);
  leg.line.disconnect(party);
  return end;
}

async function afterStream(end: StreamEnd, leg: Leg): Promise<Directive | undefined> {
  if (end.by === 'refused') leg.onError(end.error);
  if (end.by !== 'abrupt') return undefined;
  leg.onError(new TwilioError(31921, 'the media socket was lost without a close frame'));
  if (leg.faults.abruptLossFallsThrough !== false) return undefined;
  await pause(leg, leg.faults.abruptLossEndsAfterMs ?? ABRUPT_LOSS_ENDS_AFTER_MS);
  return { kind: 'end', status: 'completed' };
}

/** Posts a stream's status callback; nothing depends on the answer. */
function tellStream(verb: StreamVerb, leg: Leg, streamSid: string, event: string, error: string | undefined): void {
  if (verb.statusCallback === undefined) return;
  const params = {
    AccountSid: leg.context.accountSid,
    CallSid: leg.callSid,
    StreamSid: streamSid,
    StreamName: verb.name ?? streamSid,
    StreamEvent: event,
    Timestamp: new Date().toISOString(),
    ...(error === undefined ? {} : { StreamError: error }),
  };
  void leg.context.webhooks.send({ ...verb.statusCallback, params, faults: leg.faults }).then((answer) => {
    if (!answer.ok) leg.onError(new TwilioError(answer.code, `${answer.text} from stream status callback`));
  });
}
