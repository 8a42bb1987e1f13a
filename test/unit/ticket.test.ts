import { describe, expect, it } from 'vitest';
import { resolveTicket, unifiedName } from '#shared/control/ticket/resolve.ts';
import { parseLeg, splitLegs } from '#shared/control/ticket/words.ts';
import type { Quote } from '#shared/market/quote.ts';
import { FUTURE, INVERSE_PERPETUAL, LINEAR_PERPETUAL, option, SPOT } from '#test/support/domain.ts';

const ASOF = Date.UTC(2020, 2, 12, 9);
const put6 = option(6000, 'put');
const put5 = option(5000, 'put');
const usdcPut = option(6000, 'put', 'linear');
const instruments = [put6, put5, usdcPut, INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT, FUTURE];
const quote = (id: string): Quote => ({
  instrument: id, bid: 0.03, bidSize: 1, ask: 0.04, askSize: 1, mark: 0.035, markVol: 0.9, forward: 7400, index: 7380, funding8h: null,
  tsEvent: ASOF, tsReceived: ASOF,
}); // biome-ignore format: one glance
const context = {
  accounts: [{ id: 'options', venue: 'deribit-paper', name: 'Options', rules: 'deribit-standard' as const }],
  instruments,
  market: {
    asOf: ASOF,
    index: new Map([['BTC', 7380]]),
    quotes: new Map(instruments.map((one) => [one.id, quote(one.id)])),
  },
};
const resolve = (line: string) => resolveTicket(line, context);

describe('a line that is worked over time', () => {
  const schedule = (line: string) => resolve(line).legs[0]?.request.schedule;

  it('takes its schedule with the usual figures, or those that are written', () => {
    const MINUTE = 60_000;
    expect(schedule('buy 5 btc perp twap 30m')).toEqual({
      kind: 'twap',
      durationMs: 30 * MINUTE,
      parts: 30,
      post: false,
    });
    expect(schedule('buy 5 btc perp twap 2h x8 post')).toEqual({
      kind: 'twap',
      durationMs: 120 * MINUTE,
      parts: 8,
      post: true,
    });
    expect(schedule('sell 5 btc perp ac 30m u3')).toMatchObject({ kind: 'almgren-chriss', parts: 30, urgency: 3 });
    expect(schedule('buy 5 btc perp iceberg 1 @ 7000')).toMatchObject({
      kind: 'iceberg',
      clip: '1',
      durationMs: 1440 * MINUTE,
    });
    expect(schedule('sell 5 btc 27mar20 6000 p chase 10 5m')).toMatchObject({
      kind: 'chase',
      ticks: 10,
      durationMs: 5 * MINUTE,
    });
    expect(resolve('sell 5 btc 27mar20 6000 p chase 10 5m').legs[0]?.request).toMatchObject({
      instrument: put6.id,
      type: 'market',
      postOnly: false,
    });
    expect(resolve('buy 5 btc perp').legs[0]?.request).not.toHaveProperty('schedule');
  });

  it('names the word that does not go with it', () => {
    const wrong = (line: string) => resolve(line).problems.map((one) => one.word);
    expect(wrong('buy 5 btc perp twap')).toEqual(['twap']);
    expect(wrong('buy 5 btc perp iceberg 30m')).toEqual(['iceberg']);
    expect(wrong('buy 5 btc perp stop 8000 twap 30m')).toEqual(['stop']);
    expect(wrong('buy 5 btc perp twap 30m fok')).toEqual(['fok']);
    expect(wrong('buy 5 btc across twap 30m')).toEqual(['across']);
    expect(resolve('buy 5 btc perp iceberg 6').problems).toMatchObject([
      { word: 'iceberg', message: expect.stringContaining('more than 5') },
    ]);
    expect(resolve('buy 5 btc perp twap 25h').problems).toMatchObject([
      { word: 'twap', message: expect.stringContaining('from 1m to 24h') },
    ]);
  });
});

describe('a ticket line becomes orders', () => {
  it('takes the two legs of a put spread, one at a vol, one at market', () => {
    const { legs, problems } = resolve('sell 5 btc 27mar20 6000 p @ 110v; buy 5 btc 27mar20 5000 p');
    expect(problems).toEqual([]);
    expect(
      legs.map((leg) => [leg.request.side, leg.request.instrument, leg.request.type, leg.request.quantity]),
    ).toEqual([
      ['sell', put6.id, 'limit', '5'],
      ['buy', put5.id, 'market', '5'],
    ]);
    // Black-76 by erfc in Python: 0.018570 coin at 110 % vol; a seller's limit goes up to the next tick of 0.0005.
    expect(legs[0]?.request.limit).toBe('0.019');
  });

  it('knows short forms, venue names, ids and unified names', () => {
    const same = [
      'sell 1 6k p btc 27mar20',
      'sell 1 btc 27mar20 6000p',
      `sell 1 ${put6.name}`,
      `sell 1 ${put6.id}`,
      `s 1 ${unifiedName(put6)}`,
    ];
    for (const line of same) expect(resolve(line).legs[0]?.request.instrument, line).toBe(put6.id);
    expect(unifiedName(put6)).toBe('BTC/USD:BTC-200327-6000-P');
    expect(resolve('buy 1 usdc 27mar20 6000 p').legs[0]?.request.instrument).toBe(usdcPut.id);
    expect(resolve('buy 0.5 btc perp').legs[0]?.request.instrument).toBe(LINEAR_PERPETUAL.id);
    expect(resolve('buy 100 btc perp inverse').legs[0]?.request.instrument).toBe(INVERSE_PERPETUAL.id);
    expect(resolve('buy 100 btc 26jun20').legs[0]?.request.instrument).toBe(FUTURE.id);
    expect(resolve('buy 0.1 btc spot').legs[0]?.request.instrument).toBe(SPOT.id);
  });

  it('takes an exposure across venues, and names what would tie it to one', () => {
    const [leg] = resolve('buy 2.5 btc across').legs;
    expect(leg?.across).toMatchObject({ word: { text: 'across', from: 12, to: 18 }, product: null });
    expect(leg?.request).toMatchObject({ side: 'buy', quantity: '2.5', type: 'market', timeInForce: 'ioc' });
    expect(resolve('sell 1 btc spot across').legs[0]?.across?.product).toBe('spot');
    for (const [line, word] of [
      ['buy 1 btc across on options', 'options'],
      ['buy 1 btc across @ 7000', '7000'],
      ['buy 1 btc across post', 'post'],
      ['buy 1 btc 26jun20 across', '26jun20'],
      ['sell 1 btc across stop 7000', 'stop'],
    ] as const) {
      const { legs, problems } = resolve(line);
      expect(legs, line).toEqual([]);
      expect(problems[0]?.word, line).toBe(word);
    }
  });

  it('numbers the part of the line that each leg comes from', () => {
    expect(resolve('buy 1 btc across; sell 1 btc perp').legs.map((one) => one.part)).toEqual([0, 1]);
  });

  it('turns dollars into coin for coin-settled options and takes flags anywhere', () => {
    const leg = resolve('buy 2 btc post 27mar20 6000 p @ $369 reduce fok').legs[0]?.request;
    expect(leg).toMatchObject({ limit: '0.05', postOnly: true, reduceOnly: true, timeInForce: 'fok' });
    expect(resolve('sell 100 btc-perpetual stop 7000').legs[0]?.request).toMatchObject({
      type: 'stop',
      trigger: '7000',
    });
  });
});

describe('a word that cannot be understood is named where it stands', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['sel 5 btc 27mar20 6000 p', 'sel'],
    ['sell five btc perp', 'five'],
    ['sell 5 btc 27mar20 6000 x', 'x'],
    ['sell 5 btc 28mar20 6000 p', '28mar20'],
    ['sell 5 btc 27mar20 6100 p', '6100'],
    ['sell 5 btc 27mar20 6000 p @ 1e9v', '1e9v'],
    ['sell 5 BTC-XX', 'BTC-XX'],
    ['sell 5 btc perp on nowhere', 'nowhere'],
    ['sell 5 btc perp @ 90v', '90v'],
    ['sell -5 btc perp', '-5'],
    ['sell 5 btc perp @', '@'],
  ];
  it.each(cases)('%s', (line, word) => {
    const { problems } = resolve(line);
    expect(problems).toHaveLength(1);
    const [problem] = problems;
    expect(problem?.word).toBe(word);
    expect(line.slice(problem?.from, problem?.to)).toBe(word);
  });

  it('keeps good legs beside a bad one', () => {
    const { legs, problems } = resolve('sell 5 btc 27mar20 6000 p; buy 5 btc 27mar20 4900 p');
    expect(legs).toHaveLength(1);
    expect(problems[0]?.message).toContain('5000');
  });

  it('finds nothing in nothing', () => {
    expect(resolve('  ; ')).toEqual({ legs: [], problems: [] });
    expect(parseLeg(splitLegs('')[0] ?? []).leg).toBeNull();
  });
});
