import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientEvent } from './client-events.ts';
import { createResponseQueue, type QueueStep, type ResponseQueue } from './response-queue.ts';
import { parseServerMessage, type ServerEvent, type UnknownEvent } from './server-events.ts';

function event(fields: object): ServerEvent | UnknownEvent {
  const parsed = parseServerMessage(JSON.stringify(fields));
  if (parsed.kind !== 'event') throw new Error(parsed.reason);
  return parsed.event;
}

const creates = (step: QueueStep) => step.send.filter((sent) => sent.type === 'response.create');
const committed = event({ type: 'input_audio_buffer.committed', item_id: 'u1' });
const created = (id: string, metadata: object | null = null) =>
  event({ type: 'response.created', response: { id, conversation_id: 'conv_1', status: 'in_progress', metadata } });
const done = (id: string) =>
  event({ type: 'response.done', response: { id, conversation_id: 'conv_1', status: 'completed' } });
const output = (callId: string) => ({ callId, output: '{}' });

describe('the queue', () => {
  test('one create at a time, the next on response.done', () => {
    const queue = createResponseQueue({ serverResponds: true });
    expect(creates(queue.request({ instructions: 'greet' }, 0))).toHaveLength(1);
    expect(creates(queue.request({ instructions: 'second' }, 1))).toHaveLength(0);
    queue.onServerEvent(created('r1', { frontdesk_create: 'create_1' }), 2);
    expect(queue.activeResponseId()).toBe('r1');
    const [next] = creates(queue.onServerEvent(done('r1'), 3));
    expect(next).toMatchObject({ response: { instructions: 'second', metadata: { frontdesk_create: 'create_2' } } });
  });

  // The tool answers while the caller is already saying the next thing: answering both would be speaking twice.
  test('a committed turn holds the create back, and its response pays what it could see', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(committed, 0);
    const step = queue.functionOutputs([output('call_1')], 1);
    expect(step.send.map((sent) => sent.type)).toEqual(['conversation.item.create']);
    queue.onServerEvent(
      event({
        type: 'conversation.item.added',
        item: { id: 'o', type: 'function_call_output', call_id: 'call_1', output: '{}' },
      }),
      2,
    );
    queue.onServerEvent(created('r1'), 3);
    expect(creates(queue.onServerEvent(done('r1'), 4))).toHaveLength(0);
    expect(queue.idle()).toBe(true);
  });

  // The response may have been created before the output reached the server: it then has not seen it.
  test('an unconfirmed output is still owed an answer', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(committed, 0);
    queue.functionOutputs([output('call_1')], 1);
    queue.onServerEvent(created('r1'), 3);
    expect(creates(queue.onServerEvent(done('r1'), 4))).toHaveLength(1);
  });

  test('several outputs are answered once', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(created('r1'), 0);
    queue.functionOutputs([output('a')], 1);
    queue.functionOutputs([output('b')], 2);
    expect(creates(queue.onServerEvent(done('r1'), 3))).toHaveLength(1);
    expect(queue.functionOutputs([output('c')], 4, false).send).toHaveLength(1);
  });

  test('a collision is not a failure', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.request({ instructions: 'say this' }, 0);
    queue.onServerEvent(committed, 1);
    queue.onServerEvent(created('server'), 2);
    const collision = event({
      type: 'error',
      error: { type: 'invalid_request_error', code: 'conversation_already_has_active_response', event_id: 'create_1' },
    });
    expect(queue.onServerEvent(collision, 3)).toEqual({ send: [], refused: [] });
    expect(creates(queue.onServerEvent(done('server'), 4))).toMatchObject([{ response: { instructions: 'say this' } }]);
  });

  test('a turn the server could not answer is answered by us', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(created('r1'), 0);
    queue.onServerEvent(committed, 1);
    queue.onServerEvent(event({ type: 'error', error: { code: 'conversation_already_has_active_response' } }), 2);
    expect(creates(queue.onServerEvent(done('r1'), 3))).toHaveLength(1);
  });

  test('a create that is wrong is handed back, and the next goes out', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.request({ instructions: 'bad' }, 0);
    queue.request({ instructions: 'good' }, 0);
    const step = queue.onServerEvent(
      event({
        type: 'error',
        error: { type: 'invalid_request_error', code: 'invalid_value', message: 'no', event_id: 'create_1' },
      }),
      1,
    );
    expect(step.refused).toEqual([{ options: { instructions: 'bad' }, reason: 'error', message: 'no' }]);
    expect(creates(step)).toHaveLength(1);
  });

  test('nothing waits for ever, and no more waits than there is room for', () => {
    const queue = createResponseQueue({ serverResponds: true, limits: { maxWaiting: 1, answeredWithinMs: 100 } });
    queue.onServerEvent(committed, 0);
    queue.request({ instructions: 'a' }, 0);
    expect(queue.request({}, 0).refused).toEqual([{ options: {}, reason: 'queue_full' }]);
    expect(creates(queue.tick(99))).toHaveLength(0);
    expect(creates(queue.tick(100))).toHaveLength(1);
    expect(queue.tick(20_000).refused).toEqual([{ options: { instructions: 'a' }, reason: 'unanswered' }]);
    expect(queue.idle()).toBe(true);
  });

  test('a turn we answer ourselves holds everything back until it is decided, and is answered once', () => {
    const queue = createResponseQueue({ serverResponds: false });
    queue.onServerEvent(event({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u1' }), 0);
    expect(creates(queue.functionOutputs([output('a')], 1))).toHaveLength(0);
    expect(creates(queue.onServerEvent(committed, 2))).toHaveLength(0);
    expect(creates(queue.answerTurn(3))).toHaveLength(1);
    queue.onServerEvent(created('r1', { frontdesk_create: 'create_1' }), 4);
    expect(creates(queue.onServerEvent(done('r1'), 5))).toHaveLength(0);
    expect(queue.idle()).toBe(true);
  });

  test('a noise is dismissed without an answer, and what waited goes out', () => {
    const queue = createResponseQueue({ serverResponds: false });
    queue.onServerEvent(committed, 0);
    queue.request({ instructions: 'say this' }, 1);
    expect(creates(queue.dismissTurn(2))).toMatchObject([{ response: { instructions: 'say this' } }]);
    expect(creates(queue.dismissTurn(3))).toHaveLength(0);
  });

  // A create on its way when the caller begins to speak is accepted by the server and would speak over them.
  test('what was asked for and is not there yet is ended when it comes', () => {
    const queue = createResponseQueue({ serverResponds: false });
    queue.request({}, 0);
    expect(queue.cancel().send).toEqual([]);
    const step = queue.onServerEvent(created('r1', { frontdesk_create: 'create_1' }), 1);
    expect(step.send).toEqual([{ type: 'response.cancel', response_id: 'r1' }]);
    expect(queue.cancel().send).toEqual([{ type: 'response.cancel', response_id: 'r1' }]);
  });

  // Keys pressed while the caller speaks: she would answer the turn, keys and all, and then the keys once more.
  test('the answer to a turn pays for the notes it has seen, however many', () => {
    const queue = createResponseQueue({ serverResponds: true, limits: { maxWaiting: 2 } });
    const added = (id: string) =>
      event({ type: 'conversation.item.added', item: { id, type: 'message', role: 'user', content: [] } });
    queue.onServerEvent(event({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u1' }), 0);
    for (const id of ['n1', 'n2', 'n3', 'n4']) {
      expect(queue.request({}, 1, id)).toEqual({ send: [], refused: [] });
      queue.onServerEvent(added(id), 2);
    }
    queue.onServerEvent(committed, 3);
    queue.onServerEvent(created('r1'), 4);
    expect(creates(queue.onServerEvent(done('r1'), 5))).toHaveLength(0);
    expect(queue.idle()).toBe(true);
  });

  test('a note that came too late for the answer to a turn is answered by the next, together with a tool', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(committed, 0);
    queue.request({}, 1, 'n1');
    queue.functionOutputs([output('call_1')], 1);
    queue.onServerEvent(created('r1'), 2);
    expect(creates(queue.onServerEvent(done('r1'), 3))).toHaveLength(1);
    queue.onServerEvent(created('r2', { frontdesk_create: 'create_1' }), 4);
    expect(creates(queue.onServerEvent(done('r2'), 5))).toHaveLength(0);
  });

  test('an out-of-band response is none of its business', () => {
    const queue = createResponseQueue({ serverResponds: true });
    queue.onServerEvent(
      event({ type: 'response.created', response: { id: 'x', conversation_id: null, status: 'in_progress' } }),
      0,
    );
    expect(queue.activeResponseId()).toBeNull();
  });
});

/** A server with the real one's rules, and wires in both directions on which messages take any time. */
function createWorld(queue: ResponseQueue, serverResponds: boolean) {
  const toServer: ClientEvent[] = [];
  const toClient: object[] = [];
  const conversation: string[] = [];
  let active: string | null = null;
  let serial = 0;
  let speaking = false;
  const log = { byUs: [] as string[], sawOutputs: new Set<string>(), sentOutputs: [] as string[], refused: 0 };
  /** What the client could know when it sent something. */
  const known = { active: new Set<string>(), speaking: false, unansweredTurn: false };

  function respond(metadata: Record<string, string> | null): void {
    serial += 1;
    active = `r${serial}`;
    for (const callId of conversation) log.sawOutputs.add(callId);
    toClient.push({
      type: 'response.created',
      response: { id: active, conversation_id: 'c', status: 'in_progress', metadata },
    });
  }
  function finish(): void {
    if (!active) return;
    toClient.push({ type: 'response.done', response: { id: active, conversation_id: 'c', status: 'completed' } });
    active = null;
  }
  function take(step: QueueStep): void {
    log.refused += step.refused.length;
    for (const sent of step.send) {
      if (sent.type === 'response.create') {
        expect(known.active.size, 'a create while a response was known to be active').toBe(0);
        expect(known.speaking, 'a create while the caller was heard speaking').toBe(false);
        expect(known.unansweredTurn, 'a create while a committed turn awaited its response').toBe(false);
        expect(
          toServer.some((other) => other.type === 'response.create'),
          'two creates on the way',
        ).toBe(false);
      }
      toServer.push(sent);
    }
  }
  return {
    log,
    request: (name: string) => take(queue.request({ instructions: name }, 0)),
    outputs(callIds: string[]) {
      log.sentOutputs.push(...callIds);
      take(queue.functionOutputs(callIds.map(output), 0));
    },
    callerStarts() {
      if (speaking) return;
      speaking = true;
      toClient.push({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u' });
      if (serverResponds) finish();
    },
    callerEnds() {
      if (!speaking) return;
      speaking = false;
      toClient.push({ type: 'input_audio_buffer.committed', item_id: 'u' });
      if (!serverResponds) return;
      if (active) {
        toClient.push({ type: 'error', error: { code: 'conversation_already_has_active_response' } });
      } else {
        respond(null);
      }
    },
    finish,
    decide(answer: boolean) {
      // As the bridge does: only what was heard to its end is decided about.
      if (!known.unansweredTurn || known.speaking) return;
      known.unansweredTurn = false;
      take(answer ? queue.answerTurn(0) : queue.dismissTurn(0));
    },
    cancel: () => take(queue.cancel()),
    serverReads() {
      const message = toServer.shift();
      if (!message) return false;
      if (message.type === 'conversation.item.create' && message.item.type === 'function_call_output') {
        conversation.push(message.item.call_id);
        toClient.push({ type: 'conversation.item.added', item: { id: 'o', ...message.item } });
      }
      if (message.type === 'response.cancel' && active === message.response_id) finish();
      if (message.type === 'response.create') {
        if (active) {
          const error = { code: 'conversation_already_has_active_response', event_id: message.event_id };
          toClient.push({ type: 'error', error });
        } else {
          const instructions = message.response?.instructions;
          if (instructions !== undefined) log.byUs.push(instructions);
          respond(message.response?.metadata ?? null);
        }
      }
      return true;
    },
    clientReads() {
      const message = toClient.shift();
      if (!message) return false;
      const received = event(message);
      if (received.type === 'response.created') {
        known.active.add(received.response.id);
        if (received.response.metadata === null) known.unansweredTurn = false;
      }
      if (received.type === 'response.done') known.active.delete(received.response.id);
      if (received.type === 'input_audio_buffer.speech_started') known.speaking = true;
      if (received.type === 'input_audio_buffer.committed') {
        known.speaking = false;
        known.unansweredTurn = true;
      }
      if (received.type === 'error' && received.error.event_id === null) known.unansweredTurn = false;
      take(queue.onServerEvent(received, 0));
      return true;
    },
  };
}

const action = fc.constantFrom(
  'request',
  'outputs',
  'answer',
  'dismiss',
  'cancel',
  'starts',
  'ends',
  'finish',
  'server',
  'client',
  'server',
  'client',
);

describe('whatever the interleaving', () => {
  test.each([
    ['the server answers turns', true],
    ['we answer turns', false],
  ])('never a create at the wrong moment, and nothing wished for is lost: %s', (_, serverResponds) => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const queue = createResponseQueue({ serverResponds, limits: { maxWaiting: 1000 } });
        const world = createWorld(queue, serverResponds);
        const wished: string[] = [];
        let serial = 0;
        for (const step of actions) {
          serial += 1;
          if (step === 'request') {
            wished.push(`w${serial}`);
            world.request(`w${serial}`);
          } else if (step === 'outputs') world.outputs([`c${serial}`]);
          else if (step === 'answer' || step === 'dismiss') world.decide(step === 'answer');
          else if (step === 'cancel') world.cancel();
          else if (step === 'starts') world.callerStarts();
          else if (step === 'ends') world.callerEnds();
          else if (step === 'finish') world.finish();
          else if (step === 'server') world.serverReads();
          else world.clientReads();
        }
        world.callerEnds();
        for (let round = 0; round < 400; round += 1) {
          world.serverReads();
          world.clientReads();
          world.decide(false);
          world.finish();
        }
        expect(queue.idle()).toBe(true);
        expect(world.log.refused).toBe(0);
        expect(world.log.byUs.toSorted()).toEqual(wished.toSorted());
        expect([...world.log.sawOutputs].toSorted()).toEqual(world.log.sentOutputs.toSorted());
      }),
      { numRuns: 1000 },
    );
  });
});
