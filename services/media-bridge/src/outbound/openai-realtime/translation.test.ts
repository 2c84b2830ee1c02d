import { type ClientEvent, parseServerMessage } from '@frontdesk/realtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profile } from '../../domain/call-session.harness.ts';
import { toolOffersFor } from '../../domain/tools/all-tools.ts';
import { createTranslation, type Step } from './translation.ts';

function server(body: object) {
  const parsed = parseServerMessage(JSON.stringify({ event_id: 'e', ...body }));
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  return parsed.event;
}

const response = (id: string, more: object = {}) => ({
  id,
  object: 'realtime.response',
  status: 'in_progress',
  ...more,
});
const types = ({ send }: Step) => send.map((event) => event.type);

describe('commands', () => {
  it('configures the session in one update, in telephone audio both ways', () => {
    const translation = createTranslation('gpt-transcribe');
    const settings = {
      instructions: 'Be kind.',
      agent: profile.agent,
      tools: toolOffersFor(['en']),
      vocabulary: ['Lakeside Heating'],
    };
    const [event] = translation.command({ kind: 'configure', settings }, 0).send;
    expect(event).toMatchObject({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: {
          input: { format: { type: 'audio/pcmu' }, transcription: { model: 'gpt-transcribe', language: 'en' } },
          output: { format: { type: 'audio/pcmu' } },
        },
      },
    });
  });

  it('leaves turns to the model, or to the bridge alone, as the profile says', () => {
    for (const turnTaking of ['server', 'robust'] as const) {
      const agent = { ...profile.agent, turnTaking };
      const settings = { instructions: '', agent, tools: [], vocabulary: ['Lakeside Heating', 'Dana'] };
      const [event] = createTranslation('gpt-transcribe').command({ kind: 'configure', settings }, 0).send;
      const byModel = turnTaking === 'server';
      expect(event).toMatchObject({
        session: {
          audio: {
            input: {
              turn_detection: { create_response: byModel, interrupt_response: byModel },
              transcription: { keywords: ['Lakeside Heating', 'Dana'] },
            },
          },
        },
      });
    }
  });

  it('leaves no room for tools where the words are given', () => {
    const [event] = createTranslation('m').command({ kind: 'respond', instructions: 'Say hello.' }, 0).send;
    expect(event).toMatchObject({ response: { instructions: 'Say hello.', tool_choice: 'none' } });
  });

  // The API replaces the session's instructions by the response's: a turn that has to act would know nothing.
  it('goes on from a note with the session’s own instructions and tools', () => {
    const translation = createTranslation('m');
    const { send } = translation.command({ kind: 'respond', note: 'Go on.' }, 0);
    const text = [{ type: 'input_text', text: 'Go on.' }];
    expect(send).toMatchObject([
      { type: 'conversation.item.create', item: { type: 'message', role: 'system', content: text } },
      { type: 'response.create' },
    ]);
    const create = send.find((event) => event.type === 'response.create');
    expect(Object.keys(create?.response ?? {})).toEqual(['metadata']);
  });

  it('leaves it to the model’s own answer to go on when that has seen the note', () => {
    const translation = createTranslation('m');
    translation.serverEvent(server({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u' }), 0);
    const [note] = translation.command({ kind: 'respond', note: 'Go on.' }, 0).send;
    if (note?.type !== 'conversation.item.create') throw new Error('no note');
    translation.serverEvent(
      server({ type: 'conversation.item.added', item: { status: 'completed', ...note.item } }),
      0,
    );
    translation.serverEvent(server({ type: 'input_audio_buffer.committed', item_id: 'u' }), 0);
    translation.serverEvent(server({ type: 'response.created', response: response('r1') }), 0);
    const done = response('r1', { status: 'completed' });
    expect(translation.serverEvent(server({ type: 'response.done', response: done }), 0).send).toEqual([]);
  });

  it('truncates to whole milliseconds and deletes what was not heard', () => {
    const translation = createTranslation('gpt-transcribe');
    const truncate = translation.command({ kind: 'truncate', itemId: 'i1', contentIndex: 0, heardMs: 420 }, 0);
    expect(truncate.send).toEqual([
      { type: 'conversation.item.truncate', item_id: 'i1', content_index: 0, audio_end_ms: 420 },
    ]);
    expect(types(translation.command({ kind: 'forget', itemId: 'i1' }, 0))).toEqual(['conversation.item.delete']);
  });
});

describe('server events', () => {
  it('takes a tool call from the finished item, and its response’s list', () => {
    const translation = createTranslation('gpt-transcribe');
    const item = {
      type: 'function_call',
      id: 'i1',
      status: 'completed',
      call_id: 'c1',
      name: 'end_call',
      arguments: '{}',
    };
    const done = { type: 'response.output_item.done', response_id: 'r1', output_index: 0, item };
    expect(translation.serverEvent(server(done), 0).events).toEqual([
      { kind: 'tool_call', responseId: 'r1', toolCallId: 'c1', name: 'end_call', arguments: '{}' },
    ]);
    const body = response('r1', { status: 'completed', output: [item] });
    expect(translation.serverEvent(server({ type: 'response.done', response: body }), 0).events).toMatchObject([
      { kind: 'tool_call', toolCallId: 'c1' },
      { kind: 'response_done', status: 'completed' },
    ]);
  });

  it('tells how long the caller spoke, without what the detection adds before and after', () => {
    const translation = createTranslation('gpt-transcribe');
    const settings = { instructions: '', agent: profile.agent, tools: [], vocabulary: [] };
    translation.command({ kind: 'configure', settings }, 0);
    const started = { type: 'input_audio_buffer.speech_started', audio_start_ms: 1_000, item_id: 'u1' };
    const stopped = { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2_000, item_id: 'u1' };
    translation.serverEvent(server(started), 0);
    expect(translation.serverEvent(server(stopped), 0).events).toEqual([
      { kind: 'speech_stopped', itemId: 'u1', speechMs: 200 },
    ]);
    const other = { ...stopped, item_id: 'u2' };
    expect(translation.serverEvent(server(other), 0).events).toEqual([{ kind: 'speech_stopped', itemId: 'u2' }]);
  });

  it.each([
    ['rate_limit_exceeded', 'rate_limited'],
    ['insufficient_quota', 'quota'],
    ['server_error', undefined],
  ])('tells why a response failed: %s', (code, failure) => {
    const details = { type: 'failed', error: { type: 'x', code, message: 'no' } };
    const body = response('r1', { status: 'failed', output: [], status_details: details });
    const { events } = createTranslation('m').serverEvent(server({ type: 'response.done', response: body }), 0);
    const told = failure === undefined ? {} : { failure };
    expect(events).toEqual([{ kind: 'response_done', responseId: 'r1', status: 'failed', ...told }]);
  });

  // Pins: nine keys in one long turn, and a session lost because of them.
  it('does not take a full queue for a model that refuses', () => {
    const translation = createTranslation('m');
    const started = { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u1' };
    translation.serverEvent(server(started), 0);
    for (let wish = 0; wish < 12; wish += 1) {
      expect(translation.command({ kind: 'respond', instructions: `Say ${wish}.` }, 0).events).toEqual([]);
      const { send, events } = translation.command({ kind: 'note', text: `key ${wish}` }, 0);
      expect(send).toMatchObject([{ type: 'conversation.item.create', item: { id: `note_${wish + 1}` } }]);
      expect(events).toEqual([]);
    }
  });

  it('does not run a call that an interruption cut off', () => {
    const translation = createTranslation('gpt-transcribe');
    const item = { type: 'function_call', id: 'i1', status: 'incomplete', call_id: 'c1', name: 'x', arguments: '{"a' };
    const done = { type: 'response.output_item.done', response_id: 'r1', output_index: 0, item };
    expect(translation.serverEvent(server(done), 0).events).toEqual([]);
  });

  it('counts the engine as lost when its configuration was refused, and no other error', () => {
    const translation = createTranslation('gpt-transcribe');
    const error = (eventId: string | null) =>
      server({ type: 'error', error: { type: 'invalid_request_error', code: 'x', message: 'no', event_id: eventId } });
    expect(translation.serverEvent(error(null), 0).events).toEqual([]);
    expect(translation.serverEvent(error('configure'), 0).events).toMatchObject([{ kind: 'lost' }]);
  });
});

describe('for any conversation', () => {
  const step = fc.constantFrom('respond', 'output', 'created', 'done', 'speech', 'committed', 'tick');

  // "Conversation already has an active response": the receptionist goes silent, or speaks twice.
  it('asks for no response while one is active, asked for, or owed to a turn by the server', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const translation = createTranslation('gpt-transcribe');
        let asked: ClientEvent | undefined;
        let active: string | undefined;
        let turn = false;
        let count = 0;
        const check = ({ send }: Step) => {
          for (const event of send) {
            if (event.type !== 'response.create') continue;
            expect([asked, active, turn]).toEqual([undefined, undefined, false]);
            asked = event;
          }
        };
        for (const act of steps) {
          count += 1;
          if (act === 'respond') check(translation.command({ kind: 'respond' }, 0));
          else if (act === 'output') {
            check(translation.command({ kind: 'tool_output', toolCallId: `c${count}`, output: '{}', answer: true }, 0));
          } else if (act === 'created' && active === undefined && (asked !== undefined || turn)) {
            const own = asked?.type === 'response.create' && !turn ? asked.response?.metadata : null;
            active = `r${count}`;
            if (own) asked = undefined;
            else turn = false;
            const body = response(active, { metadata: own });
            check(translation.serverEvent(server({ type: 'response.created', response: body }), 0));
          } else if (act === 'done' && active !== undefined) {
            const body = response(active, { status: 'completed' });
            active = undefined;
            check(translation.serverEvent(server({ type: 'response.done', response: body }), 0));
          } else if (act === 'speech' && !turn) {
            turn = true;
            const started = { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u' };
            check(translation.serverEvent(server(started), 0));
          } else if (act === 'committed' && turn) {
            check(translation.serverEvent(server({ type: 'input_audio_buffer.committed', item_id: 'u' }), 0));
          } else if (act === 'tick') check(translation.tick(0));
        }
      }),
      { numRuns: 300 },
    );
  });
});
