import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { together } from '#renderer/state/together.ts';

/** Protects the window from a burst of messages: each would be a commit of its own. */
describe('messages taken together', () => {
  let frames: FrameRequestCallback[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    frames = [];
    vi.stubGlobal('requestAnimationFrame', (drawn: FrameRequestCallback) => frames.push(drawn));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const paint = () => frames.splice(0).map((drawn) => drawn(0));

  it('come once before a picture, in order', () => {
    const taken: (readonly number[])[] = [];
    const arrivals = together<number>((all) => taken.push(all));
    for (let n = 1; n <= 60; n++) arrivals.add(n);
    expect([taken, frames.length]).toEqual([[], 1]);
    paint();
    arrivals.add(61);
    paint();
    vi.runAllTimers();
    expect(taken).toEqual([Array.from({ length: 60 }, (_, at) => at + 1), [61]]);
  });

  it('come without a picture where nobody paints, and only once', () => {
    const taken: (readonly string[])[] = [];
    const arrivals = together<string>((all) => taken.push(all));
    arrivals.add('unseen');
    vi.runAllTimers();
    paint();
    expect(taken).toEqual([['unseen']]);
  });

  it('of another session are forgotten', () => {
    const taken: unknown[] = [];
    const arrivals = together<string>((all) => taken.push(all));
    arrivals.add('old');
    arrivals.clear();
    arrivals.add('new');
    paint();
    expect(taken).toEqual([['new']]);
  });
});
