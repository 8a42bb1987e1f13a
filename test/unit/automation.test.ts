import { describe, expect, it } from 'vitest';
import { automationStep, isWithinHours, ruleFault, type Wish } from '#shared/control/automation.ts';
import { type AutomationRule, DEFAULT_BUDGET, UNUSED } from '#shared/domain/automation.ts';
import { decimal } from '#shared/units/decimal.ts';
import { HOUR } from '#shared/units/time.ts';
import { request } from '#test/support/engine-room.ts';

const NOON = Date.UTC(2020, 2, 12, 12);
const RULE: AutomationRule = {
  controller: 'delta-hedger',
  underlying: 'BTC',
  accounts: null,
  level: 'automatic',
  dryRun: false,
  budget: DEFAULT_BUDGET,
  hours: null,
  coolDownMs: 10_000,
};
const WISH: Wish = {
  orders: [request()],
  transfers: [],
  notionalsUsd: [7_000],
  movedUsd: [],
  summary: 'sell 1',
  asksFirst: null,
};

const act = (rule: Partial<AutomationRule>, use = {}, wish: Wish | null = WISH, at = NOON) =>
  automationStep({ ...RULE, ...rule }, { ...UNUSED, ...use }, wish, at).act;

describe('what a rule does about a wish', () => {
  it('is what its level allows, and nothing where nothing is wanted', () => {
    const acts = (['off', 'observe', 'suggest', 'confirm', 'automatic'] as const).map((level) => act({ level }));
    expect(acts).toEqual(['wait', 'log', 'suggest', 'stage', 'send']);
    expect(act({}, {}, null)).toBe('wait');
    expect(act({}, {}, { ...WISH, orders: [] })).toBe('wait');
  });

  it('is only written down in a dry run', () => {
    expect(automationStep({ ...RULE, dryRun: true }, UNUSED, WISH, NOON)).toEqual({
      act: 'log',
      why: 'dry run, would send: sell 1',
    });
    expect(act({ dryRun: true, level: 'confirm' })).toBe('log');
  });

  it('counts a step on a chain with its value and its gas, and goes on at once with what has begun', () => {
    const stepOf = (usd: number, continues = false, valueUsd = 7_000): Wish => ({
      ...WISH,
      orders: [],
      notionalsUsd: [],
      step: {
        account: 'wallet',
        preview: {
          step: { kind: 'range', venue: 'uniswap', action: 'burn', position: '1' },
          ...{
            chain: 'local',
            block: 1,
            asOf: NOON,
            valueUsd,
            health: null,
            slippage: null,
            warnings: [],
            refusal: null,
          },
          gas: { units: 1, coins: decimal(1), usd },
        },
        open: [],
        continues,
      },
    });
    const { gasUsd, perOrderUsd } = DEFAULT_BUDGET;
    expect(act({}, {}, stepOf(1))).toBe('send');
    expect(act({}, { gasUsd: gasUsd - 1 }, stepOf(1))).toBe('send');
    expect(act({}, { gasUsd: gasUsd - 1 }, stepOf(1.01))).toBe('suggest');
    expect(act({}, { gasUsd: gasUsd - 1 }, stepOf(1.01, true))).toBe('send');
    expect(act({}, {}, stepOf(1, false, perOrderUsd + 1))).toBe('suggest');
    expect(act({}, { lastActedAt: NOON - 1 }, stepOf(1))).toBe('wait');
    expect(act({}, { lastActedAt: NOON - 1 }, stepOf(1, true))).toBe('send');
  });

  it('waits for its hours and cools down between two acts', () => {
    expect(act({ hours: { from: 13, to: 20 } })).toBe('wait');
    expect(act({ hours: { from: 12, to: 13 } })).toBe('send');
    expect(act({}, { lastActedAt: NOON - 9_999 })).toBe('wait');
    expect(act({}, { lastActedAt: NOON - 10_000 })).toBe('send');
  });

  it('ends once a budget is used up, whatever is wanted', () => {
    expect(act({}, { orders: 50 })).toBe('stop');
    expect(act({}, { notionalUsd: 1_000_000 })).toBe('stop');
    expect(act({}, { lossUsd: 5_000 }, null)).toBe('stop');
    expect(act({}, { lossUsd: -80_000 })).toBe('send');
  });

  it('suggests what does not fit its budget instead of cutting it to fit', () => {
    expect(act({}, {}, { ...WISH, notionalsUsd: [100_001] })).toBe('suggest');
    expect(act({}, { notionalUsd: 995_000 })).toBe('suggest');
    expect(act({}, { orders: 49 }, { ...WISH, orders: [request(), request()], notionalsUsd: [1, 1] })).toBe('suggest');
  });
});

describe('hours of a rule', () => {
  it('may run over midnight; the end is not part of them', () => {
    const at = (hour: number) => NOON + (hour - 12) * HOUR;
    const night = [21, 22, 23, 24, 29, 30].map((hour) => isWithinHours({ from: 22, to: 6 }, at(hour)));
    expect(night).toEqual([false, true, true, true, true, false]);
    expect([8, 9, 16.99, 17].map((hour) => isWithinHours({ from: 9, to: 17 }, at(hour)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('a rule that cannot be meant', () => {
  it('is refused with the field that is wrong', () => {
    const code = (more: Partial<AutomationRule>) => ruleFault({ ...RULE, ...more })?.details?.field ?? null;
    expect(code({})).toBeNull();
    expect(code({ budget: { ...DEFAULT_BUDGET, lossUsd: 0 } })).toBe('budget.lossUsd');
    expect(code({ budget: { ...DEFAULT_BUDGET, orders: Number.NaN } })).toBe('budget.orders');
    expect(code({ budget: { ...DEFAULT_BUDGET, perOrderUsd: 2_000_000 } })).toBe('budget.perOrderUsd');
    expect(code({ coolDownMs: 0 })).toBe('coolDownMs');
    expect(code({ hours: { from: -1, to: 3 } })).toBe('hours.from');
  });
});
