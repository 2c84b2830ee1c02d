/**
 * The gateway's ends of media trunks, one per bridge (`media-trunk.ts` of contracts says what a trunk is).
 *
 *   opening → open → gone        gone: refused (an older bridge knows no trunks), broken, or not drained by its bridge
 *
 * A call has a lane in the trunk that was there when it was put through, and keeps it; while that trunk is not open, its
 * audio goes through its own socket. A trunk that is gone is replaced for later calls, not before `RETRY_AFTER_MS`; one
 * that carries no call any more is closed after `LINGER_MS`.
 */
import { randomBytes } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import {
  MAX_TRUNK_FRAME_BYTES,
  MEDIA_TRUNK_PROTOCOL,
  mediaTrunkPath,
  TRUNK_RECORD_HEADER_BYTES,
  writeTrunkRecord,
} from '@frontdesk/contracts/media-bridge/media-trunk';
import type { Clock } from '@frontdesk/lifecycle';
import type { Logger, Metrics } from '@frontdesk/observability';
import { createGathering, type Gather } from './gathering.ts';

const OPEN_WITHIN_MS = 1_000;
const RETRY_AFTER_MS = 10_000;
const LINGER_MS = 30_000;
/** Some hundred frames of 20 ms; more than is ever gathered. */
const BATCH_BYTES = 65_536;
/** A second of a hundred calls. A bridge that leaves more unread stands still. */
const MAX_UNSENT_BYTES = 2 * 1024 * 1024;

/** One call's place in a trunk. */
export interface TrunkLane extends Disposable {
  /** For the upgrade of the call's own socket. */
  readonly name: string;
  /** Frames that went this way. */
  readonly frames: number;
  /**
   * Sends one whole frame, as it came, from `from` to `to` in `bytes`.
   * @returns false when the trunk does not take it: it goes with everything else then
   */
  send(bytes: Buffer, from: number, to: number): boolean;
}

export interface MediaTrunks extends Disposable {
  /** @param address of the bridge, `host:port` */
  join(address: string): TrunkLane;
}

export function createMediaTrunks(clock: Clock, log: Logger, metrics: Metrics): MediaTrunks {
  const open = metrics.gauge('media_trunks_open', 'Media trunks to bridges that are open right now');
  const lost = metrics.counter(
    'media_trunks_lost_total',
    'Media trunks that were refused or broke while calls were on them',
  );
  /** The one for later calls, by the bridge's address. */
  const trunks = new Map<string, Trunk>();
  /** With those that were replaced and still have calls. */
  const all = new Set<Trunk>();
  const gather = createGathering(clock);
  return {
    join(address) {
      let trunk = trunks.get(address);
      if (trunk === undefined || trunk.isReplaceable(clock.monotonicMs())) {
        const onUnused = () => {
          all.delete(opened);
          if (trunks.get(address) === opened) trunks.delete(address);
        };
        const opened = new Trunk({ address, clock, log, gather, onUnused, open, lost });
        trunks.set(address, opened);
        all.add(opened);
        trunk = opened;
      }
      return trunk.join();
    },
    [Symbol.dispose]() {
      for (const trunk of all) trunk.close();
    },
  };
}

interface TrunkOptions {
  address: string;
  clock: Clock;
  log: Logger;
  gather: Gather;
  onUnused(): void;
  open: { inc(): void; dec(): void };
  lost: { inc(): void };
}

class Trunk {
  readonly #id = randomBytes(16).toString('hex');
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #gather: Gather;
  readonly #onUnused: () => void;
  readonly #open: TrunkOptions['open'];
  readonly #lost: TrunkOptions['lost'];
  readonly #asked: ClientRequest;
  #socket: Socket | undefined;
  #goneAtMs: number | undefined;
  #lanes = 0;
  #nextLane = 0;
  #lingering: Disposable | undefined;
  #batch = Buffer.allocUnsafe(BATCH_BYTES);
  #batchedBytes = 0;

  constructor({ address, clock, log, gather, onUnused, open, lost }: TrunkOptions) {
    this.#clock = clock;
    this.#log = log.child({ bridge_address: address });
    this.#gather = gather;
    this.#onUnused = onUnused;
    this.#open = open;
    this.#lost = lost;
    const headers = { Connection: 'Upgrade', Upgrade: MEDIA_TRUNK_PROTOCOL };
    const asked = request(`http://${address}${mediaTrunkPath(this.#id)}`, { agent: false, headers });
    asked.setTimeout(OPEN_WITHIN_MS, () => asked.destroy(new Error('no answer in time')));
    asked.once('upgrade', (_response, socket) => this.#opened(socket));
    asked.once('response', ({ statusCode }) => asked.destroy(new Error(`refused with ${statusCode}`)));
    asked.once('error', (error) => this.#gone(error));
    asked.end();
    this.#asked = asked;
  }

  /** Whether later calls want another one. */
  isReplaceable(nowMs: number): boolean {
    return this.#goneAtMs !== undefined && nowMs - this.#goneAtMs >= RETRY_AFTER_MS;
  }

  join(): TrunkLane {
    this.#lingering?.[Symbol.dispose]();
    this.#lanes += 1;
    const lane = this.#nextLane;
    this.#nextLane += 1;
    return new Lane(this, `${this.#id}/${lane}`, lane);
  }

  leave(): void {
    this.#lanes -= 1;
    if (this.#lanes > 0) return;
    this.#lingering = this.#clock.after(LINGER_MS, () => {
      this.close();
      this.#onUnused();
    });
  }

  close(): void {
    this.#lingering?.[Symbol.dispose]();
    this.#asked.destroy();
    this.#socket?.destroy();
  }

  send(lane: number, bytes: Buffer, from: number, to: number): boolean {
    if (this.#socket === undefined || to - from > MAX_TRUNK_FRAME_BYTES) return false;
    if (this.#batchedBytes + TRUNK_RECORD_HEADER_BYTES + to - from > BATCH_BYTES) this.#flush();
    if (this.#batchedBytes === 0) this.#gather(() => this.#flush());
    this.#batchedBytes = writeTrunkRecord(this.#batch, this.#batchedBytes, lane, bytes, from, to);
    return true;
  }

  #opened(socket: Socket): void {
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.on('error', (error) => this.#log.debug({ err: error }, 'media trunk error'));
    socket.once('close', () => {
      this.#open.dec();
      this.#gone(new Error('closed'));
    });
    // Nothing is said back; reading is how its end is noticed.
    socket.resume();
    this.#socket = socket;
    this.#open.inc();
    this.#log.info({ event: 'media_trunk.open' }, 'media trunk open');
  }

  #gone(error: Error): void {
    if (this.#goneAtMs !== undefined) return;
    this.#goneAtMs = this.#clock.monotonicMs();
    this.#socket = undefined;
    this.#batchedBytes = 0;
    if (this.#lanes === 0) return;
    this.#lost.inc();
    this.#log.warn({ event: 'media_trunk.gone', reason: error.message }, 'media trunk gone');
  }

  #flush(): void {
    if (this.#batchedBytes === 0) return;
    const bytes = this.#batchedBytes;
    this.#batchedBytes = 0;
    const socket = this.#socket;
    if (socket === undefined) return;
    // A copy: what the kernel does not take at once stays with the socket, and the batch is filled again.
    socket.write(Buffer.from(this.#batch.subarray(0, bytes)));
    if (socket.writableLength > MAX_UNSENT_BYTES) socket.destroy(new Error('the bridge does not read'));
  }
}

class Lane implements TrunkLane {
  readonly name: string;
  frames = 0;
  readonly #trunk: Trunk;
  readonly #lane: number;

  constructor(trunk: Trunk, name: string, lane: number) {
    this.#trunk = trunk;
    this.name = name;
    this.#lane = lane;
  }

  send(bytes: Buffer, from: number, to: number): boolean {
    const sent = this.#trunk.send(this.#lane, bytes, from, to);
    if (sent) this.frames += 1;
    return sent;
  }

  [Symbol.dispose](): void {
    this.#trunk.leave();
  }
}
