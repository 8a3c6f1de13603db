import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Film, Player } from '../../../src/views/timeline/player';

class FakeFilm implements Film {
  index = -1;
  speed = 10;
  settled = true;
  lives = true;
  readonly asked: number[] = [];

  constructor(readonly count: number) {}

  seek(index: number): void {
    this.asked.push(index);
    this.index = index;
  }
}

let now = 0;
const pass = (ms: number): void => {
  for (let i = 0; i < ms; i += 10) {
    now += 10;
    vi.advanceTimersByTime(10);
  }
};
const playing = (film: FakeFilm): Player => {
  const player = new Player(
    film,
    () => undefined,
    () => now,
  );
  player.start();
  return player;
};

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
});
afterEach(() => vi.useRealTimers());

describe('Player', () => {
  it('plays all from the beginning at the chosen speed, then is live', () => {
    const film = new FakeFilm(4);
    const player = playing(film);
    pass(250);
    expect(film.asked).toEqual([0, 1, 2]);
    pass(300);
    expect(film.asked).toEqual([0, 1, 2, 3, -1]);
    expect(player.playing).toBe(false);
  });

  it('goes on from the snapshot that is shown, and stays at the last of a run that has ended', () => {
    const film = new FakeFilm(4);
    [film.index, film.lives] = [2, false];
    const player = playing(film);
    pass(500);
    expect(film.asked).toEqual([3]);
    expect(player.playing).toBe(false);
  });

  it('waits for views that are slow, and leaves no snapshot out', () => {
    const film = new FakeFilm(3);
    const player = playing(film);
    film.settled = false;
    pass(500);
    expect(film.asked).toEqual([0]);
    film.settled = true;
    player.settled();
    expect(film.asked).toEqual([0, 1]);
    player.settled(); // too early for the next
    expect(film.asked).toEqual([0, 1]);
  });

  it('ends when somebody returns to the present, and plays nothing of nothing', () => {
    const film = new FakeFilm(3);
    const player = playing(film);
    film.index = -1;
    pass(200);
    expect(player.playing).toBe(false);
    expect(playing(new FakeFilm(0)).playing).toBe(false);
  });
});
