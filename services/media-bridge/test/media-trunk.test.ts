// Pins: audio of one call heard in another, or not at all, when it comes on a media trunk; a trunk that takes calls along
// when it breaks.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import {
  MAX_TRUNK_FRAME_BYTES,
  mediaTrunkPath,
  TRUNK_LANE_HEADER,
  TRUNK_RECORD_HEADER_BYTES,
  writeTrunkRecord,
} from '@frontdesk/contracts/media-bridge/media-trunk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Bridge, startBridge } from './peers/bridge.ts';
import { STREAM_SID } from './peers/caller.ts';
import type { ModelPeer } from './peers/model.ts';

let bridge: Bridge;
let trunkId: string;

beforeEach(async () => {
  bridge = await startBridge();
  trunkId = randomBytes(16).toString('hex');
});
afterEach(async () => bridge[Symbol.asyncDispose]());

function openTrunk(id = trunkId): Promise<Socket> {
  const headers = { Connection: 'Upgrade', Upgrade: 'frontdesk-media-trunk' };
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const asked = request(`http://${bridge.address}${mediaTrunkPath(id)}`, { agent: false, headers });
  asked.once('upgrade', (_response, socket) => resolve(socket));
  asked.once('response', ({ statusCode }) => reject(new Error(String(statusCode))));
  asked.once('error', reject);
  asked.end();
  return promise;
}

/** A frame as Twilio sends it, in a trunk's record. */
function onTrunk(lane: number, message: string): Buffer {
  const text = Buffer.from(message);
  const frame = Buffer.alloc(8 + text.length);
  frame.set([0x81, 0xfe]);
  frame.writeUInt16BE(text.length, 2);
  const key = randomBytes(4);
  key.copy(frame, 4);
  for (const [at, byte] of text.entries()) frame.writeUInt8(byte ^ (key[at % 4] ?? 0), 8 + at);
  const record = Buffer.alloc(TRUNK_RECORD_HEADER_BYTES + frame.length);
  writeTrunkRecord(record, 0, lane, frame, 0, frame.length);
  return record;
}

function audio(byte: number, timestampMs = 20): string {
  const payload = Buffer.alloc(160, byte).toString('base64');
  const media = { track: 'inbound', chunk: '1', timestamp: String(timestampMs), payload };
  return JSON.stringify({ event: 'media', sequenceNumber: '2', streamSid: STREAM_SID, media });
}

/** A call that is talking, with its lane, and the model it talks to. */
async function talking(lane: number, sessions: number) {
  const reservation = bridge.reservation();
  await bridge.reserve(reservation);
  await vi.waitUntil(() => bridge.model.sessions[sessions], { timeout: 5_000 });
  const model = bridge.model.sessions[sessions];
  if (!model) throw new Error('no session');
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation, undefined, { [TRUNK_LANE_HEADER]: `${trunkId}/${lane}` });
  caller.start();
  // Answered after `start` was read.
  await caller.ping();
  return { caller, model };
}

type Session = ModelPeer['sessions'][number];
const heard = async (model: Session, count: number) =>
  Buffer.from(String((await model.waitFor('input_audio_buffer.append', count)).audio), 'base64')[0];

it('each lane’s audio is heard in its call and no other, whichever came first, the trunk or the call', async () => {
  const first = await talking(0, 0);
  const trunk = await openTrunk();
  const second = await talking(7, 1);
  trunk.write(Buffer.concat([onTrunk(0, audio(0x11)), onTrunk(7, audio(0x22)), onTrunk(8, audio(0x33))]));
  expect(await heard(first.model, 1)).toBe(0x11);
  expect(await heard(second.model, 1)).toBe(0x22);
  // Its own socket is as good.
  first.caller.speak(new Uint8Array(160).fill(0x44));
  trunk.write(onTrunk(7, audio(0x55, 40)));
  expect(await heard(second.model, 2)).toBe(0x55);
  expect(first.model.count('input_audio_buffer.append')).toBe(1);
  expect(await bridge.metric('ignored_media_messages_total')).toContain('kind="stale"');
});

it('audio that is spelled otherwise than usual is understood', async () => {
  const { model } = await talking(1, 0);
  const trunk = await openTrunk();
  const { event, ...rest } = JSON.parse(audio(0x66)) as { event: string };
  trunk.write(onTrunk(1, JSON.stringify({ event, added: 'later', ...rest })));
  expect(await heard(model, 1)).toBe(0x66);
});

it('a trunk that sends nonsense is closed, and the call goes on through its own socket', async () => {
  const { caller, model } = await talking(1, 0);
  const trunk = await openTrunk();
  const closed = new Promise((resolve) => trunk.once('close', resolve));
  trunk.on('error', () => undefined);
  trunk.write(onTrunk(1, audio(0x11)));
  expect(await heard(model, 1)).toBe(0x11);
  const tooLong = Buffer.alloc(TRUNK_RECORD_HEADER_BYTES);
  tooLong.writeUInt16BE(MAX_TRUNK_FRAME_BYTES + 1, 4);
  trunk.write(tooLong);
  await closed;
  caller.lose(20);
  caller.speak(new Uint8Array(160).fill(0x77));
  expect(await heard(model, 2)).toBe(0x77);
});

it('a trunk that is there already is not another gateway’s to open, and what is no trunk is refused', async () => {
  await openTrunk();
  await expect(openTrunk()).rejects.toThrow('404');
  await expect(openTrunk('nonsense')).rejects.toThrow('404');
});
