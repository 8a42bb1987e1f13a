import { describe, expect, it } from 'vitest';
import { judge, judgeGroup } from '#main/engine/gate/gate.ts';
import type { GateContext } from '#main/engine/gate/verdict.ts';
import { DEFAULT_LIMITS, limitsFrom } from '#main/engine/limits.ts';
import type { OrderRequest } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { FUTURE, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, PUT, request, START } from '#test/support/engine-room.ts';
import { book, codeOf, context, denial, MANDATE, quoteOf } from '#test/support/gate.ts';

describe('gate: boundaries of every limit (limit − 1 step, limit, limit + 1 step)', () => {
  it('holds the order notional to the last lot', () => {
    // 500,000 USD at 6,250 is exactly 80 coins; a lot is 0.001.
    const quote = { quote: quoteOf(LINEAR_PERPETUAL, 6250), ageMs: 0, stale: false };
    const at = (quantity: string): string | null =>
      codeOf({ quantity: decimal(quantity), limit: decimal('6250') }, { quote });
    expect([at('79.999'), at('80'), at('80.001')]).toEqual([null, null, 'order-notional']);
  });

  it('says the numbers in a sentence and in the details', () => {
    const found = denial({ quantity: decimal('116'), limit: decimal('7000') });
    expect(found?.text).toBe('order notional 812,000 USD exceeds the limit 500,000 USD');
    expect(found?.details).toEqual({ notionalUsd: '812000', limitUsd: '500000' });
  });

  it('holds the position notional counting open and unknown orders of the same side', () => {
    // 2,000,000 USD at 6,250 is exactly 320 coins: 200 held, 50 open, 40 unknown leave 30.
    const quote = { quote: quoteOf(LINEAR_PERPETUAL, 6250), ageMs: 0, stale: false };
    const open = [
      { side: 'buy' as const, quantity: decimal('60'), filled: decimal('10'), state: 'PARTIAL' as const },
      { side: 'sell' as const, quantity: decimal('70') },
    ];
    const unknown = { side: 'buy' as const, quantity: decimal('40'), state: 'ACKED' as const };
    const held = { book: book('200', [...open, unknown]), quote };
    const at = (quantity: string): string | null =>
      codeOf({ quantity: decimal(quantity), limit: decimal('6250') }, held);
    expect([at('29.999'), at('30'), at('30.001')]).toEqual([null, null, 'position-notional']);
  });

  it('lets a position beyond its limit come down', () => {
    const within = { book: book('400') };
    expect(codeOf({ side: 'sell', quantity: decimal('50') }, within)).toBeNull();
    expect(codeOf({ side: 'buy', quantity: decimal('0.001') }, within)).toBe('position-notional');
  });

  it('holds the price collar to the last tick on both sides', () => {
    // 3 % of 7,000 is 210; the tick is 0.5.
    const buy = (limit: string): string | null => codeOf({ limit: decimal(limit) });
    const sell = (limit: string): string | null => codeOf({ side: 'sell', limit: decimal(limit) });
    expect([buy('7209.5'), buy('7210'), buy('7210.5')]).toEqual([null, null, 'price-collar']);
    expect([sell('6790.5'), sell('6790'), sell('6789.5')]).toEqual([null, null, 'price-collar']);
    // A slipped digit away from the market: half and twice the price.
    expect([buy('3500'), buy('3499.5'), buy('700')]).toEqual([null, 'price-collar', 'price-collar']);
    expect([sell('14000'), sell('14000.5')]).toEqual([null, 'price-collar']);
  });

  it('gives options the wider of 20 % and 10 ticks', () => {
    const option = (mark: number, limit: string): string | null =>
      codeOf(
        { instrument: PUT.id, quantity: decimal('1'), limit: decimal(limit) },
        { instrument: PUT, quote: { quote: quoteOf(PUT, mark), ageMs: 0, stale: false }, book: book('0', [], PUT) },
      );
    expect([option(0.05, '0.06'), option(0.05, '0.0605')]).toEqual([null, 'price-collar']);
    expect([option(0.005, '0.01'), option(0.005, '0.0105')]).toEqual([null, 'price-collar']);
  });

  it('holds tick and lot', () => {
    expect(codeOf({ limit: decimal('7000.5') })).toBeNull();
    expect(codeOf({ limit: decimal('7000.25') })).toBe('off-tick');
    expect(codeOf({ quantity: decimal('0.001') })).toBeNull();
    expect(codeOf({ quantity: decimal('0.0015') })).toBe('off-lot');
    expect(codeOf({ quantity: decimal('0.0005') })).toBe('off-lot');
  });

  it('holds the age of the quote', () => {
    const aged = (ageMs: number): string | null =>
      codeOf({}, { quote: { quote: quoteOf(LINEAR_PERPETUAL, 7000), ageMs, stale: false } });
    expect([aged(4999), aged(5000), aged(5001), aged(-1), aged(Number.NaN)]).toEqual([
      null,
      null,
      'stale-quote',
      'stale-quote',
      'stale-quote',
    ]);
  });

  it('holds the throttle per second and per minute', () => {
    const sent = (count: number, ago: number): string | null => {
      const recent = Array.from({ length: count }, (_, at) => ({
        id: `r${at}`,
        request: request({ limit: decimal(5000 + at) }),
        at: START - ago,
      }));
      return codeOf({}, { recent });
    };
    expect([sent(9, 999), sent(10, 999), sent(10, 1000)]).toEqual([null, 'throttle-second', null]);
    expect([sent(119, 59_999), sent(120, 59_999), sent(120, 60_000)]).toEqual([null, 'throttle-minute', null]);
  });

  it('holds the duplicate window and lets a different order through', () => {
    const recent = (ago: number) => [{ id: 'r', request: request(), at: START - ago }];
    expect([codeOf({}, { recent: recent(399) }), codeOf({}, { recent: recent(400) })]).toEqual(['duplicate', null]);
    expect(codeOf({ quantity: decimal('1.001') }, { recent: recent(0) })).toBeNull();
  });

  it('holds the arming budget per order, per session and per minute', () => {
    const armed = context().keys;
    const budget = { perOrderUsd: 7000, sessionUsd: 20_000, ordersPerMinute: 3 };
    const keys = { ...armed, budget };
    expect(codeOf({ quantity: decimal('1') }, { keys })).toBeNull();
    expect(codeOf({ quantity: decimal('1.001') }, { keys })).toBe('budget-order');
    expect(codeOf({}, { keys: { ...keys, usedUsd: decimal('13000') } })).toBeNull();
    expect(codeOf({}, { keys: { ...keys, usedUsd: decimal('13000.01') } })).toBe('budget-session');
    expect(codeOf({}, { keys, armedOrdersInLastMinute: 2 })).toBeNull();
    expect(codeOf({}, { keys, armedOrdersInLastMinute: 3 })).toBe('budget-pace');
  });
});

describe('gate: what is missing or makes no sense is refused', () => {
  it.each([
    ['quantity', '0', 'bad-quantity'],
    ['quantity', '-1', 'bad-quantity'],
    ['quantity', 'NaN', 'bad-quantity'],
    ['quantity', '1e3', 'bad-quantity'],
    ['quantity', 'Infinity', 'bad-quantity'],
    ['limit', '0', 'bad-limit'],
    ['limit', '-7000', 'bad-limit'],
    ['limit', 'NaN', 'bad-limit'],
  ])('%s %s', (field, value, code) => {
    // The brand is broken on purpose: what a faulty caller could hand in.
    expect(codeOf({ [field]: value })).toBe(code);
  });

  it('refuses a limit order without limit and a stop without trigger', () => {
    expect(codeOf({ limit: null })).toBe('missing-limit');
    expect(codeOf({ type: 'stop' })).toBe('missing-trigger');
    expect(codeOf({ trigger: decimal('7000') })).toBe('unexpected-trigger');
    expect(codeOf({ postOnly: true, timeInForce: 'ioc' })).toBe('post-only');
  });

  it('refuses without a reference price and without a quote', () => {
    const blind = quoteOf(LINEAR_PERPETUAL, 0, { bid: null });
    expect(codeOf({}, { quote: null })).toBe('missing-reference');
    expect(codeOf({}, { quote: { quote: blind, ageMs: 0, stale: false } })).toBe('missing-reference');
    const onlyMid = quoteOf(LINEAR_PERPETUAL, 0, { bid: 6999, ask: 7001 });
    expect(codeOf({}, { quote: { quote: onlyMid, ageMs: 0, stale: false } })).toBeNull();
  });

  it('refuses what is not listed, elsewhere, expired, offline, not reconciled or not offered', () => {
    expect(codeOf({}, { instrument: null })).toBe('unknown-instrument');
    expect(codeOf({}, { account: null })).toBe('unknown-account');
    expect(codeOf({}, { account: { ...ACCOUNT, venue: 'elsewhere' } })).toBe('other-venue');
    const future = { instrument: FUTURE, quote: { quote: quoteOf(FUTURE, 7000), ageMs: 0, stale: false } };
    const order = { instrument: FUTURE.id, quantity: decimal('10') };
    expect(codeOf(order, { ...future, venueTime: FUTURE.expiry - 1 })).toBeNull();
    expect(codeOf(order, { ...future, venueTime: FUTURE.expiry })).toBe('expired');
    const venue = context().venue;
    if (venue === null) throw new Error('the context has a venue');
    expect(codeOf({}, { venue: null })).toBe('no-venue');
    expect(codeOf({}, { venue: { ...venue, status: 'stale' } })).toBe('venue-not-live');
    expect(codeOf({}, { venue: { ...venue, reconciled: false } })).toBe('venue-not-reconciled');
    const capabilities = { ...venue.capabilities, timeInForce: ['gtc' as const] };
    expect(codeOf({ timeInForce: 'fok' }, { venue: { ...venue, capabilities } })).toBe('not-offered');
  });

  it('refuses an instrument whose price has no dollar value', () => {
    const odd = { ...LINEAR_PERPETUAL, quote: 'EUR' };
    expect(codeOf({}, { instrument: odd })).toBe('no-dollar-value');
  });
});

describe('gate: reductions', () => {
  const sell = (quantity: string): Partial<OrderRequest> => ({
    side: 'sell',
    quantity: decimal(quantity),
    reduceOnly: true,
  });

  it('count every open reduce-only order: limit − 1 lot, limit, limit + 1 lot', () => {
    const held = { book: book('10', [{ side: 'sell', quantity: decimal('4'), reduceOnly: true }]) };
    const at = (quantity: string): string | null => codeOf(sell(quantity), held);
    expect([at('5.999'), at('6'), at('6.001')]).toEqual([null, null, 'reduce-only-exceeds']);
  });

  it('count every order of the side where the venue does not know reduce-only', () => {
    const venue = context().venue;
    if (venue === null) throw new Error('the context has a venue');
    const plain = { ...venue, capabilities: { ...venue.capabilities, reduceOnly: false } };
    const held = { book: book('10', [{ side: 'sell', quantity: decimal('4') }]) };
    expect(codeOf(sell('7'), held)).toBeNull();
    // Not offered comes first there; the arithmetic is shown beside it.
    const found = judge(request(sell('7')), context({ ...held, venue: plain }));
    expect(found.verdicts.filter((one) => !one.passed).map((one) => one.code)).toEqual([
      'not-offered',
      'reduce-only-exceeds',
    ]);
  });

  it('cannot increase, on a flat or an opposite position', () => {
    expect(codeOf(sell('1'))).toBe('reduce-only-increases');
    expect(codeOf(sell('1'), { book: book('-5') })).toBe('reduce-only-increases');
    expect(codeOf({ ...sell('1'), side: 'buy' }, { book: book('-5') })).toBeNull();
  });

  it('pass while REDUCING and while the kill switch alone halts; nothing else does', () => {
    const held = book('10');
    const reason = { code: 'x', message: 'why' };
    const reducing = { state: 'REDUCING' as const, reason, reductions: true, conditions: [] };
    const killed = { state: 'HALTED' as const, reason, reductions: true, conditions: [] };
    const halted = { state: 'HALTED' as const, reason, reductions: false, conditions: [] };
    const code = (more: Partial<OrderRequest>, trading: GateContext['trading']): string | null =>
      codeOf(more, { book: held, trading });
    expect([code({}, reducing), code(sell('1'), reducing)]).toEqual(['trading-reducing', null]);
    expect([code({}, killed), code(sell('1'), killed)]).toEqual(['trading-halted', null]);
    expect([code({}, halted), code(sell('1'), halted)]).toEqual(['trading-halted', 'trading-halted']);
  });
});

describe('gate: unknown orders and groups', () => {
  it('blocks increases and all automation on an instrument with an unknown order', () => {
    const held = { book: book('10', [{ state: 'UNKNOWN', side: 'buy', quantity: decimal('1') }]) };
    const reduce = { side: 'sell' as const, reduceOnly: true };
    expect(codeOf({}, held)).toBe('unknown-order');
    expect(codeOf(reduce, held)).toBeNull();
    expect(codeOf(reduce, { ...held, mandate: MANDATE })).toBe('unknown-order');
  });

  it('judges a leg as if the legs before it were open', () => {
    // 240 coins held at 7,000 leave 45.7 coins below 2,000,000 USD: one leg of 30 passes, the second does not.
    const held = book('240');
    const legs = [request({ quantity: decimal('30') }), request({ quantity: decimal('30'), limit: decimal('6999.5') })];
    const judged = judgeGroup(legs, (_leg, pending, pendingUsd) => context({ book: held, pending, pendingUsd }));
    expect(judged.map((one) => one.denial?.code ?? null)).toEqual([null, 'position-notional']);
  });

  it('shows every check with its numbers, passed ones too', () => {
    const { verdicts } = judge(request(), context());
    expect(verdicts.every((one) => one.passed)).toBe(true);
    expect(verdicts.map((one) => one.check)).toEqual([
      'Order form',
      'Instrument',
      'Venue',
      'Reference price',
      'Trading state',
      'Keys',
      'Tick and lot',
      'Order type',
      'Quote age',
      'Price collar',
      'Order notional',
      'Position notional',
      'Reduce-only',
      'Unknown orders',
      'Throttle',
      'Duplicate',
      'Arming budget',
    ]);
    expect(verdicts.find((one) => one.check === 'Order notional')?.text).toBe(
      'order notional 7,000 USD of 500,000 USD',
    );
  });
});

describe('limits from a configuration', () => {
  it('lays given fields over the standard ones', () => {
    const limits = unwrap(limitsFrom({ orderNotionalUsd: 1000, collar: { other: { aggressive: 0.01 } } }));
    expect(limits.orderNotionalUsd).toBe(1000);
    expect(limits.collar.other).toEqual({ aggressive: 0.01, aggressiveTicks: 0, passive: 0.5 });
    expect(limits.collar.option).toEqual(DEFAULT_LIMITS.collar.option);
  });

  it.each([
    [{ orderNotionalUsd: Number.NaN }, 'orderNotionalUsd'],
    [{ orderNotionalUsd: -1 }, 'orderNotionalUsd'],
    [{ staleMs: 0 }, 'staleMs'],
    [{ staleMs: '5000' }, 'staleMs'],
    [{ collar: { other: 0.03 } }, 'collar.other'],
    [{ ordersPerHour: 5 }, 'ordersPerHour'],
    [[], ''],
    [{ arming: { onePressReductions: 1 } }, 'arming.onePressReductions'],
  ])('names the field that makes no sense: %j', (configured, field) => {
    const result = limitsFrom(configured);
    expect(result.ok ? null : result.error.details?.field).toBe(field);
  });
});
