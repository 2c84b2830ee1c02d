import { describe, expect, it } from 'vitest';
import { createPlayer, MAX_BUFFERED_BYTES } from './player.ts';

const tone = (bytes: number, value: number) => new Uint8Array(bytes).fill(value);

describe('the playback buffer', () => {
  it('plays what it got in order, twenty milliseconds at a time, and silence when it has nothing', () => {
    const player = createPlayer();
    player.receive(tone(200, 1));
    player.receive(tone(60, 2));
    expect([...player.play().frame]).toEqual([...tone(160, 1)]);
    expect([...player.play().frame]).toEqual([...tone(40, 1), ...tone(60, 2), ...tone(60, 0xff)]);
    expect([...player.play().frame]).toEqual([...tone(160, 0xff)]);
  });

  it('returns a mark when everything before it was played, and not earlier', () => {
    const player = createPlayer();
    player.receive(tone(320, 1));
    expect(player.mark('a')).toEqual([]);
    player.receive(tone(10, 1));
    expect(player.mark('b')).toEqual([]);
    expect(player.play().marks).toEqual([]);
    expect(player.play().marks).toEqual(['a']);
    expect(player.play().marks).toEqual(['b']);
  });

  it('returns a mark at once when nothing is buffered', () => {
    expect(createPlayer().mark('now')).toEqual(['now']);
  });

  it('on clear forgets the audio and returns every mark that waited', () => {
    const player = createPlayer();
    player.receive(tone(1600, 1));
    player.mark('a');
    player.receive(tone(1600, 1));
    player.mark('b');
    player.play();
    expect(player.clear()).toEqual(['a', 'b']);
    expect(player.bufferedBytes).toBe(0);
    expect([...player.play().frame]).toEqual([...tone(160, 0xff)]);
    player.receive(tone(160, 3));
    expect([...player.play().frame]).toEqual([...tone(160, 3)]);
  });

  it('refuses more than it can hold', () => {
    const player = createPlayer();
    expect(player.receive(tone(MAX_BUFFERED_BYTES, 1))).toBe(true);
    expect(player.receive(tone(1, 1))).toBe(false);
  });
});
