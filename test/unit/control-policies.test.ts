// A policy that cannot be meant is refused with the line; what is left out has its default. Figures of the hedger's vanna
// against a difference of the report's own delta, and of what a trade does to other pools.
import { describe, expect, it } from 'vitest';
import { bookVanna } from '#shared/control/book-vanna.ts';
import { RULE_POLICY } from '#shared/control/hedge-policy.ts';
import { harmedPool } from '#shared/control/pool-harm.ts';
import { DEFAULT_PROTECTION } from '#shared/control/protection-policy.ts';
import { readPolicies } from '#shared/ipc/control-policy-file.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { createControlRoom } from '#test/support/control-room.ts';

describe('policies of a session', () => {
  it('have defaults, and let the deleverager act by itself as far as closing', () => {
    const { hedge, protection, cover } = readPolicies('{}', 'p.json');
    expect(hedge.size).toBe(0);
    expect(protection).toEqual({ ...DEFAULT_PROTECTION, automaticUpTo: 'close' });
    expect(cover.goal).toBeGreaterThan(cover.buffer);
    const given = readPolicies(
      '{ "deleverager": { "automaticUpTo": "none" }, "delta-hedger": [{ "target": 1 }] }',
      'p.json',
    );
    expect(given.protection.automaticUpTo).toBe('none');
    expect(given.hedge.get('BTC')).toEqual({ ...RULE_POLICY, target: 1 });
  });

  it.each([
    ['{\n  "hedger": {}\n}', 'p.json, line 2, hedger: expected no such field'],
    [
      '{\n  "deleverager": {\n    "targetRatio": 50\n  }\n}',
      'p.json, line 3, deleverager.targetRatio: expected a fraction',
    ],
    [
      '{\n  "collateral-manager": { "buffer": 0.5,\n    "goal": 0.2 }\n}',
      'p.json, line 3, collateral-manager.goal: expected at least buffer, 0.5',
    ],
    [
      '{\n  "delta-hedger": [\n    { "minimumClip": 2,\n      "maximumClip": 1 }\n  ]\n}',
      'p.json, line 4, delta-hedger.0.maximumClip: expected at least minimumClip',
    ],
    ['{\n  "delta-hedger": [{},\n    {} ]\n}', 'one policy an underlying'],
    ['{\n  "margin-monitor": { "hysteresis": 5 }\n}', 'p.json, line 2, margin-monitor.hysteresis'],
  ])('%s is refused', (text, message) => {
    expect(() => readPolicies(text, 'p.json')).toThrow(message);
  });
});

describe('vanna of a book', () => {
  it('is what half a vol point either way does to the delta of the report', async () => {
    const room = await createControlRoom({ tape: 'march-2020', speed: 1 });
    const { book } = room.engine;
    const market = room.engine.market.snapshot();
    const deltaAt = (shift: number): number => {
      const quotes = new Map(
        [...market.quotes].map(([id, one]) => [
          id,
          one.markVol === null ? one : { ...one, markVol: one.markVol + shift },
        ]),
      );
      return room.reportOn({ ...market, quotes }).exposures.find((one) => one.by === 'underlying')?.delta ?? Number.NaN;
    };
    const difference = deltaAt(0.005) - deltaAt(-0.005);
    const found = bookVanna(book.positions.values(), book.instruments, market, 'BTC');
    expect(found).toBeCloseTo(difference, 5);
    expect(Math.abs(found)).toBeGreaterThan(0.001);
  });
});

describe('a trade that another pool would pay for', () => {
  const pool = (account: string, ratio: number) => ({ account, currency: 'USDC', ratio }) as PoolMargin;
  it('is found by the rung it lifts a pool to', () => {
    const harm = (before: number, after: number) =>
      harmedPool([pool('a', before)], [pool('a', after)], DEFAULT_PROTECTION);
    expect(harm(0.3, 0.49)).toBeNull();
    expect(harm(0.49, 0.51)).toBe('a|USDC');
    expect(harm(0.55, 0.58)).toBe('a|USDC');
    expect(harm(0.55, 0.552)).toBeNull();
    expect(harm(0.8, 0.55)).toBeNull();
  });
});
