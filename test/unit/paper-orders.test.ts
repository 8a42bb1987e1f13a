import { describe, expect, it } from 'vitest';
import { decimal } from '#shared/units/decimal.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { BAR, type Desk, OPTIONS, openDesk, PERPS, plainResources } from '#test/fixtures/paper/market.ts';

const PERP = 'deribit-paper:BTC-PERPETUAL';
const CALL = 'deribit-paper:BTC-27MAR20-10000-C';
const LINEAR = 'hyperliquid-paper:BTC';
const desk = (prices: readonly number[] = [10_000, 10_000]) => openDesk(plainResources(prices));
const buy = (quantity: number, limit: number | null = null) => ({
  instrument: PERP,
  side: 'buy' as const,
  quantity: decimal(quantity),
  limit: limit === null ? null : decimal(limit),
});
const sell = (quantity: number, limit: number | null = null) => ({ ...buy(quantity, limit), side: 'sell' as const });
const bests = ({ exchange }: Desk, instrument = PERP) => {
  const { bids, asks } = exchange.depth(instrument, 100);
  return { bid: bids[0]!, ask: asks[0]!, bids, asks };
};
const rejection = (answer: ReturnType<Desk['send']>) => (answer.ok ? null : answer.error.code);

// What each kind of order does when it arrives. The trader's tickets rely on every one of these.
describe('orders that trade at once', () => {
  it('take the levels within their limit, worst price last, and pay the taker fee', () => {
    const d = desk();
    const { asks } = bests(d);
    const quantity = asks[0]!.size + asks[1]!.size;
    expect(d.send('a', buy(quantity, asks[1]!.price)).ok).toBe(true);
    expect(d.order('a')).toMatchObject({ state: 'FILLED', filled: String(quantity) });
    expect(d.fills('a').map((fill) => [Number(fill.price), Number(fill.quantity), fill.liquidity])).toEqual([
      [asks[0]!.price, asks[0]!.size, 'taker'],
      [asks[1]!.price, asks[1]!.size, 'taker'],
    ]);
    expect(d.position('options', PERP)).toBe(quantity);
    const fees = d.fills('a').reduce((sum, fill) => sum + Number(fill.fee), 0);
    expect(fees).toBeCloseTo((quantity / 10_000) * 0.0005, 7);
    expect(d.cash('options', 'BTC')).toBeCloseTo(10 - fees, 10);
  });

  it('leave the rest of a limit order standing, and nothing of an IOC or market order', () => {
    const d = desk();
    const { asks } = bests(d);
    const more = asks[0]!.size + 100;
    d.send('gtc', buy(more, asks[0]!.price));
    expect(d.order('gtc')).toMatchObject({ state: 'PARTIAL', filled: String(asks[0]!.size) });
    const again = bests(d).asks[0]!;
    d.send('ioc', { ...buy(again.size + 100, again.price), timeInForce: 'ioc' });
    expect(d.order('ioc')).toMatchObject({
      state: 'CANCELLED',
      filled: String(again.size),
      reason: { code: 'unfilled' },
    });
    const third = bests(d).asks[0]!;
    d.send('market', { ...buy(third.size + 100, third.price), type: 'market' });
    expect(d.order('market')).toMatchObject({ state: 'CANCELLED', filled: String(third.size) });
  });

  it('fill or kill: all or nothing', () => {
    const d = desk();
    const { asks } = bests(d);
    d.send('no', { ...buy(asks[0]!.size + 10, asks[0]!.price), timeInForce: 'fok' });
    expect(d.order('no')).toMatchObject({ state: 'CANCELLED', filled: '0', reason: { code: 'fok' } });
    d.send('yes', { ...buy(asks[0]!.size, asks[0]!.price), timeInForce: 'fok' });
    expect(d.order('yes')).toMatchObject({ state: 'FILLED' });
  });

  it('market without a limit gets a collar of the venue', () => {
    const d = desk();
    d.send('m', { ...buy(50_000), type: 'market' });
    expect(d.order('m')).toMatchObject({ state: 'FILLED' });
    expect(Math.max(...d.fills('m').map((fill) => Number(fill.price)))).toBeLessThan(10_300);
  });

  it('leave a mark in the book that fades', () => {
    const d = desk([10_000, 10_000, 10_000]);
    const before = bests(d).ask.price;
    d.send('big', { ...buy(100_000), type: 'market' });
    expect(bests(d).ask.price).toBeGreaterThan(before);
    expect(bests(d).bid.price).toBeLessThan(10_000);
    d.pass(20 * MINUTE);
    expect(bests(d).ask.price).toBe(before);
  });
});

describe('orders that must not trade at once', () => {
  it('post-only is rejected when it would take, and rests otherwise', () => {
    const d = desk();
    expect(rejection(d.send('take', { ...buy(100, bests(d).ask.price), postOnly: true }))).toBe('post-only');
    expect(d.order('take')).toMatchObject({ state: 'REJECTED' });
    expect(d.send('rest', { ...buy(100, 9990), postOnly: true }).ok).toBe(true);
    expect(d.order('rest')).toMatchObject({ state: 'ACKED', filled: '0' });
    expect(rejection(d.send('both', { ...buy(100, 9990), postOnly: true, timeInForce: 'ioc' }))).toBe('post-only');
  });

  it('a resting order fills at its own price as maker once the market is beyond it', () => {
    const d = desk([10_000, 9_900]);
    d.send('rest', { ...buy(5_000, 9_950), postOnly: true });
    d.pass(BAR - SECOND);
    expect(d.order('rest')).toMatchObject({ state: 'ACKED' });
    d.pass(SECOND);
    expect(d.order('rest')).toMatchObject({ state: 'FILLED' });
    expect(d.fills('rest')).toMatchObject([{ price: '9950', quantity: '5000', liquidity: 'maker', fee: '0' }]);
  });

  it('at the best price it waits for the queue and fills by the volume that trades', () => {
    const d = desk();
    const { bid } = bests(d);
    d.send('queue', { ...buy(200_000, bid.price), postOnly: true });
    const filled: number[] = [];
    for (let i = 0; i < 60; i++) {
      d.pass(SECOND);
      filled.push(Number(d.order('queue')?.filled));
    }
    expect(filled.at(-1)).toBeGreaterThan(0);
    expect(new Set(filled).size).toBeGreaterThan(3);
    expect(d.fills('queue').every((fill) => fill.price === String(bid.price) && fill.liquidity === 'maker')).toBe(true);
  });

  it('a stop goes off when the mark reaches its trigger, and not before', () => {
    const d = desk([10_000, 9_800, 9_600]);
    d.send('long', { ...buy(10_000), type: 'market' });
    const stop = { ...sell(10_000), type: 'stop' as const, trigger: decimal(9_700), reduceOnly: true };
    expect(d.send('stop', stop).ok).toBe(true);
    d.pass(BAR);
    expect(d.order('stop')).toMatchObject({ state: 'ACKED' });
    d.pass(BAR);
    expect(d.order('stop')).toMatchObject({ state: 'FILLED' });
    expect(Number(d.fills('stop')[0]!.price)).toBeLessThan(9_600);
    expect(d.position('options', PERP)).toBe(0);
  });

  it('a stop without a position left is cancelled when it goes off', () => {
    const d = desk([10_000, 9_600]);
    d.send('stop', { ...sell(10_000), type: 'stop', trigger: decimal(9_700), reduceOnly: true });
    d.pass(BAR);
    expect(d.order('stop')).toMatchObject({ state: 'CANCELLED', reason: { code: 'nothing-to-reduce' } });
    expect(d.position('options', PERP)).toBe(0);
  });
});

describe('reduce-only', () => {
  it('is rejected without a position to reduce and never turns one round', () => {
    const d = desk();
    expect(rejection(d.send('none', { ...sell(100), type: 'market', reduceOnly: true }))).toBe('reduce-only');
    d.send('long', { ...buy(1_000), type: 'market' });
    expect(rejection(d.send('wrong', { ...buy(100), type: 'market', reduceOnly: true }))).toBe('reduce-only');
    d.send('close', { ...sell(5_000), type: 'market', reduceOnly: true });
    expect(d.order('close')).toMatchObject({ state: 'CANCELLED', filled: '1000' });
    expect(d.position('options', PERP)).toBe(0);
  });

  it('standing orders are cancelled with the position', () => {
    const d = desk();
    d.send('long', { ...buy(1_000), type: 'market' });
    d.send('target', { ...sell(1_000, 11_000), reduceOnly: true });
    d.send('flat', { ...sell(1_000), type: 'market' });
    expect(d.order('target')).toMatchObject({ state: 'CANCELLED', reason: { code: 'nothing-to-reduce' } });
  });
});

// The venue's refusals carry the numbers; nothing refused may leave a trace in cash or positions.
describe('refusals', () => {
  const cases = [
    ['off-lot', buy(105, 10_000)],
    ['off-tick', buy(100, 10_000.3)],
    ['quantity', buy(0, 10_000)],
    ['limit', buy(100)],
    ['trigger', { ...buy(100), type: 'stop' as const }],
    ['trigger', { ...buy(100), type: 'stop' as const, trigger: decimal(9_000) }],
    ['unknown-instrument', { ...buy(1, 1), instrument: 'deribit-paper:BTC-27MAR20-1-C' }],
    ['unknown-account', { ...buy(100, 10_000), account: 'perps' }],
    ['insufficient-margin', buy(6_000_000, 10_000)],
    [
      'insufficient-funds',
      { instrument: 'hyperliquid-paper:BTC/USDC', side: 'sell' as const, quantity: decimal(2), limit: decimal(9_900) },
    ],
  ] as const;
  it.each(cases)('%s', (code, terms) => {
    const d = desk();
    expect(rejection(d.send('x', terms))).toBe(code);
    expect(d.fills()).toEqual([]);
    expect(d.told.map(({ event }) => event.type)).toEqual(['order']);
    expect(d.exchange.holdings('options').positions).toEqual([]);
  });

  it('an order that only reduces is taken even when margin is short', () => {
    const held = [{ instrument: 'BTC', quantity: decimal(20), entry: decimal(10_000) }];
    const poor = { ...PERPS, balances: [{ currency: 'USDC', amount: decimal(6_000) }], positions: held };
    const d = openDesk(plainResources([10_000, 10_000], [OPTIONS, poor]));
    const order = { instrument: LINEAR, side: 'sell' as const, quantity: decimal(1), type: 'market' as const };
    expect(rejection(d.send('more', { ...order, side: 'buy' }))).toBe('insufficient-margin');
    expect(d.send('less', order).ok).toBe(true);
  });
});

// Resending is how an unknown answer is cured: it must never trade twice.
describe('client order ids', () => {
  it('the same order again is the same order', () => {
    const d = desk();
    const order = buy(100, bests(d).ask.price);
    const first = d.send('same', order);
    expect(d.order('same')).toMatchObject({ state: 'FILLED' });
    const told = d.told.length;
    expect(d.send('same', order)).toEqual(first);
    expect(d.position('options', PERP)).toBe(100);
    expect(d.told).toHaveLength(told);
  });

  it('a rejected order is rejected again, for the same reason', () => {
    const d = desk();
    const first = d.send('same', buy(105, 9_000));
    expect(d.send('same', buy(105, 9_000))).toEqual(first);
  });

  it('another order under a used id is refused', () => {
    const d = desk();
    d.send('same', buy(100, 9_000));
    expect(rejection(d.send('same', buy(200, 9_000)))).toBe('duplicate-id');
    expect(d.order('same')).toMatchObject({ state: 'ACKED' });
  });
});

describe('cancels', () => {
  it('end a working order once', () => {
    const d = desk();
    d.send('w', buy(100, 9_000));
    expect(d.exchange.cancel('options', 'w').ok).toBe(true);
    expect(d.order('w')).toMatchObject({ state: 'CANCELLED' });
    const again = d.exchange.cancel('options', 'w');
    expect(again.ok ? null : again.error.code).toBe('order-ended');
    const other = d.exchange.cancel('perps', 'w');
    expect(other.ok ? null : other.error.code).toBe('unknown-order');
  });

  it('cancel-all leaves reduce-only stops unless told otherwise', () => {
    const d = desk();
    d.send('limit', buy(100, 9_000));
    d.send('protect', { ...sell(100), type: 'stop', trigger: decimal(9_000), reduceOnly: true });
    expect(d.exchange.cancelAll('options', false).map((one) => one.id)).toEqual(['limit']);
    expect(d.exchange.cancelAll('options', true).map((one) => one.id)).toEqual(['protect']);
  });
});

describe('options', () => {
  it('move premium in coin and count with their worth', () => {
    const d = desk();
    const { ask } = bests(d, CALL);
    d.send('call', { instrument: CALL, side: 'buy', quantity: decimal(0.1), limit: decimal(ask.price) });
    const [fill] = d.fills('call');
    expect(fill).toMatchObject({ quantity: '0.1', price: String(ask.price), feeCurrency: 'BTC' });
    expect(d.cash('options', 'BTC')).toBeCloseTo(10 - 0.1 * ask.price - Number(fill!.fee), 10);
  });
});
