import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/units/decimal.ts';
import { HOUR, MINUTE, SECOND } from '#shared/units/time.ts';
import { BAR, OPTIONS, openDesk, PERPS, plainResources, START } from '#test/fixtures/paper/market.ts';

const held = (instrument: string, quantity: number, entry?: number) => ({
  instrument,
  quantity: decimal(quantity),
  ...(entry === undefined ? {} : { entry: decimal(entry) }),
});
const bars = (count: number, price: number) => Array.from({ length: count }, () => price);
/** 08:00 UTC is two hours after the start. */
const EXPIRY = START + 2 * HOUR;

// Expiry is where an option venue may not err: average of the last 30 minutes, payoff, cash, and it is gone.
describe('settlement', () => {
  const positions = [
    held('BTC-12MAR20-9000-P', -2, 0.02),
    held('BTC_USDC-12MAR20-9000-P', 1, 100),
    held('BTC-12MAR20-11000-C', -1, 0.01),
    held('BTC-12MAR20', 10_000, 10_000),
  ];
  const prices = [...bars(6, 10_000), 8_100, 7_900, ...bars(4, 7_500)];
  const desk = () => openDesk(plainResources(prices, [{ ...OPTIONS, positions }, PERPS]));

  it('pays the payoff on the half-hour average in each settlement currency', () => {
    const d = desk();
    d.to(EXPIRY);
    const fills = Object.fromEntries(d.fills(null).map((fill) => [fill.instrument.slice(14), fill]));
    // Average of 8,100 and 7,900.
    expect(fills['BTC-12MAR20-9000-P']).toMatchObject({
      cause: 'settlement',
      quantity: '2',
      price: '0.125',
      fee: '0.0003',
    });
    expect(fills['BTC_USDC-12MAR20-9000-P']).toMatchObject({ quantity: '-1', price: '1000', fee: '1.2' });
    expect(fills['BTC-12MAR20-11000-C']).toMatchObject({ quantity: '1', price: '0', fee: '0' });
    expect(fills['BTC-12MAR20']).toMatchObject({ quantity: '-10000', price: '8000' });
    const funding = d.told.flatMap(({ event }) => (event.type === 'funding' ? [Number(event.payment.amount)] : []));
    expect(funding).toEqual([]);
    // 10 − 2·0.125 − fees + 10,000·(1/10,000 − 1/8,000) − 0.025 % of 1.25 coins.
    expect(d.cash('options', 'BTC')).toBeCloseTo(10 - 0.25 - 0.0003 - 0.25 - 0.0003125, 8);
    expect(d.cash('options', 'USDC')).toBeCloseTo(100_000 + 1000 - 1.2, 6);
    expect(d.exchange.holdings('options').positions).toEqual([]);
  });

  it('ends orders, takes the instrument away and lists the next dailies', () => {
    const d = desk();
    const order = {
      instrument: 'deribit-paper:BTC-12MAR20-9000-P',
      side: 'sell' as const,
      quantity: decimal(0.1),
      limit: decimal(0.9),
    };
    d.send('w', order);
    d.to(EXPIRY);
    expect(d.order('w')).toMatchObject({ state: 'EXPIRED' });
    const late = d.send('late', order);
    expect(late.ok ? null : late.error.code).toBe('unknown-instrument');
    const names = d.exchange.instruments('deribit-paper').map((one) => one.name);
    expect(names.some((name) => name.includes('-12MAR20'))).toBe(false);
    expect(names).toContain('BTC-14MAR20-8000-P');
    const told = d.told.flatMap(({ event }) => (event.type === 'instruments' ? event.instruments : []));
    expect(told.map((one) => one.name)).toContain('BTC_USDC-14MAR20-7000-C');
  });

  it('lists the same after a restart', () => {
    const d = desk();
    d.to(EXPIRY + MINUTE);
    const again = openDesk(plainResources(prices, [{ ...OPTIONS, positions }, PERPS]), d.exchange.save());
    expect(
      again.exchange
        .instruments('deribit-paper')
        .map((one) => one.id)
        .sort(),
    ).toEqual(
      d.exchange
        .instruments('deribit-paper')
        .map((one) => one.id)
        .sort(),
    );
  });
});

// Funding: each venue's formula, sign and period.
describe('funding', () => {
  const positions = [held('BTC', 2, 10_000)];
  const short = [held('BTC-PERPETUAL', -100_000, 10_000)];
  const at = (premium: number) => {
    const resources = plainResources(bars(8, 10_000), [
      { ...OPTIONS, positions: short },
      { ...PERPS, positions },
    ]);
    const { calibration } = resources;
    return {
      ...resources,
      calibration: { ...calibration, perpetualPremium: { ...calibration.perpetualPremium, base: premium } },
    };
  };
  const paid = (d: ReturnType<typeof openDesk>, account: string) =>
    d.told.flatMap(({ event }) =>
      event.type === 'funding' && event.payment.account === account ? [event.payment] : [],
    );

  it('Hyperliquid: an eighth of the 8-hour rate each hour, longs pay above the index', () => {
    const d = openDesk(at(0.01));
    d.pass(2 * HOUR);
    // F = 0.95 % for a premium of 1 %; 2 coins at 10,000.
    expect(paid(d, 'perps').map((one) => one.amount)).toEqual(['-23.75', '-23.75']);
    expect(paid(d, 'perps')[0]!.at).toBe(START + HOUR);
    expect(new Set(paid(d, 'perps').map((one) => one.id)).size).toBe(2);
    expect(d.cash('perps', 'USDC')).toBeCloseTo(50_000 - 47.5, 6);
  });

  it('Deribit: accrued by the minute, booked by the hour, in coin', () => {
    const d = openDesk(at(0.001));
    d.pass(HOUR);
    // (0.1 % − 0.025 %) / 8 on 10 coins, received by the short.
    expect(paid(d, 'options').map((one) => one.amount)).toEqual(['0.0009375']);
    expect(paid(d, 'options')[0]).toMatchObject({ currency: 'BTC' });
  });

  it('a position closed within the hour still gets what it earned', () => {
    const d = openDesk(at(0.001));
    d.pass(30 * MINUTE);
    d.send('close', {
      instrument: 'deribit-paper:BTC-PERPETUAL',
      side: 'buy',
      quantity: decimal(100_000),
      type: 'market',
    });
    d.pass(30 * MINUTE);
    expect(Number(paid(d, 'options')[0]!.amount)).toBeCloseTo(0.00046875, 7);
  });
});

// Liquidation: warned first, then by each venue's rule, and never without an event and fills.
describe('liquidation', () => {
  const perps = (cash: number, quantity: number) => ({
    ...PERPS,
    leverage: 40,
    balances: [{ currency: 'USDC', amount: decimal(cash) }],
    positions: [held('BTC', quantity, 10_000)],
  });
  const kinds = (d: ReturnType<typeof openDesk>) =>
    d.told.map(({ event }) => event.type).filter((type) => type !== 'order' && type !== 'funding');

  it('Hyperliquid: all at once below 100,000 USD', () => {
    // 5 coins at 9,500: loss 2,500 of 3,000, maintenance 593.75: equity 500.
    const d = openDesk(plainResources([10_000, 9_500], [OPTIONS, perps(3_000, 5)]));
    d.pass(BAR);
    expect(kinds(d)).toContain('margin-call');
    expect(kinds(d)).toContain('liquidation');
    expect(d.fills(null).every((fill) => fill.cause === 'liquidation' && Number(fill.quantity) < 0)).toBe(true);
    expect(d.position('perps', 'hyperliquid-paper:BTC')).toBe(0);
    expect(d.cash('perps', 'USDC')).toBeGreaterThan(0);
  });

  it('Hyperliquid: a fifth first above 100,000 USD, and its working orders are cancelled', () => {
    // 15 coins at 9,500: maintenance 1,781; equity 1,500 is below it and above two thirds.
    const d = openDesk(plainResources([10_000, 9_500], [OPTIONS, perps(9_000, 15)]));
    d.send('w', { instrument: 'hyperliquid-paper:BTC', side: 'sell', quantity: decimal(1), limit: decimal(12_000) });
    d.pass(BAR - SECOND);
    expect(d.fills()).toEqual([]);
    d.pass(SECOND);
    expect(d.position('perps', 'hyperliquid-paper:BTC')).toBe(12);
    expect(d.order('w')).toMatchObject({ state: 'CANCELLED', reason: { code: 'liquidation' } });
  });

  it('Hyperliquid: the backstop takes over below two thirds, and nothing is left', () => {
    const d = openDesk(plainResources([10_000, 9_500], [OPTIONS, perps(8_300, 15)]));
    d.pass(BAR);
    expect(d.fills(null)).toHaveLength(1);
    expect(d.fills(null)[0]).toMatchObject({ quantity: '-15', fee: '0' });
    expect(Math.abs(d.cash('perps', 'USDC'))).toBeLessThan(0.001);
  });

  it('Deribit: step by step until maintenance margin is met again', () => {
    const short = {
      ...OPTIONS,
      balances: [{ currency: 'BTC', amount: decimal(0.95) }],
      positions: [held('BTC-27MAR20-12000-C', -10)],
    };
    const d = openDesk(plainResources([10_000, 11_000, 11_000], [short, PERPS]));
    d.pass(BAR);
    const sizes = [d.position('options', 'deribit-paper:BTC-27MAR20-12000-C')];
    for (let i = 0; i < 10; i++) {
      d.pass(SECOND);
      sizes.push(d.position('options', 'deribit-paper:BTC-27MAR20-12000-C'));
    }
    expect(sizes[0]).toBe(-8);
    expect(sizes.at(-1)).toBeLessThan(0);
    expect(sizes.at(-1)).toBe(sizes.at(-2));
    const pool = d.exchange.holdings('options').pools.find((one) => one.currency === 'BTC')!;
    expect(pool.marginBalance).toBeGreaterThanOrEqual(pool.maintenanceMargin);
    // The short calls' premium is owed, and asked for by their margin: not both.
    expect(pool.equity).toBeLessThan(pool.marginBalance);
    expect(kinds(d)).toContain('liquidation');
  });
});

// A demo book that does not fit its market is refused before anything trades.
describe('opening', () => {
  const message = (positions: Parameters<typeof plainResources>[1]) => {
    try {
      openDesk(plainResources([10_000], positions));
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : '';
    }
    return '';
  };

  it('names the position that is not listed or off the lot', () => {
    expect(message([{ ...OPTIONS, positions: [held('BTC-27MAR20-500-P', 1)] }])).toMatch(
      /account options, position BTC-27MAR20-500-P: the instrument is not listed/,
    );
    expect(message([{ ...OPTIONS, positions: [held('BTC-PERPETUAL', 5, 1)] }])).toMatch(
      /expected a multiple of the lot 10, was 5/,
    );
    expect(message([{ ...OPTIONS, positions: [held('BTC_USDC', 1, 1)] }])).toMatch(/spot is held as a balance/);
  });

  it('enters positions without an entry at the mark', () => {
    const d = openDesk(plainResources([10_000], [{ ...OPTIONS, positions: [held('BTC-PERPETUAL', 100)] }, PERPS]));
    expect(d.exchange.holdings('options').positions[0]).toMatchObject({ entry: '10000', quantity: '100' });
  });

  it('refuses a saved state of another market or of no known form', () => {
    const d = openDesk(plainResources([10_000]));
    const saved = d.exchange.save();
    expect(() => openDesk(plainResources([10_000]), saved, 8)).toThrow(/belongs to "plain on stepped with seed 7"/);
    expect(() => openDesk(plainResources([10_000]), '{"format":"other"}')).toThrow(/is damaged at/);
    expect(() => openDesk(plainResources([10_000]), saved.slice(0, 99))).toThrow(/is not JSON/);
  });
});
