// What ccxt does not level out for OKX: ids it takes, the multiplier of its options, Greeks told twice, margin in one pool
// or by currency, and why it traded.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OKX } from '#main/venues/ccxt/okx.ts';
import { readAs, wireBalance, wireGreeks, wireMarket, wireTrade } from '#main/venues/ccxt/wire.ts';
import { decimal } from '#shared/units/decimal.ts';

const { clientId } = OKX;

describe('client ids at OKX', () => {
  it('come back as they were, and are letters and digits on the wire', () => {
    const id = fc.stringMatching(/^[a-z0-9_.:-]{1,14}$/);
    fc.assert(
      fc.property(id, (ours) => {
        const wire = clientId.encode(ours);
        if (wire === null) return;
        expect(wire).toMatch(/^[0-9A-Za-z]{1,32}$/);
        expect(clientId.decode(wire)).toBe(ours);
      }),
      { numRuns: 500 },
    );
    expect(clientId.encode('contract-12')).toBe('contractZ2D12');
    expect(clientId.encode('Zebra')).not.toBe('Zebra');
  });

  it('are refused where they do not fit, and strangers’ are left alone', () => {
    expect(clientId.encode('x'.repeat(33))).toBeNull();
    expect(clientId.encode('-'.repeat(11))).toBeNull();
    expect(clientId.encode('')).toBeNull();
    // A capital Z that we would not have written so.
    expect(clientId.decode('Zebra')).toBeNull();
  });
});

describe('OKX beyond ccxt', () => {
  const market = (type: string, contractSize: string, info: object) =>
    readAs(
      wireMarket,
      { id: 'X', symbol: 'X', base: 'BTC', quote: 'USD', type, contractSize, precision: {}, info },
      'market',
    );

  it('counts the multiplier of options and of nothing else', () => {
    // okx.com, BTC options: a contract value of 1 and a multiplier of 0.01.
    expect(OKX.contractSize(market('option', '1', { ctMult: '0.01' }))).toBe('0.01');
    expect(OKX.contractSize(market('swap', '100', { ctMult: '1' }))).toBe('100');
  });

  it('takes the dollar Greeks, or none', () => {
    const told = { delta: '0.4', deltaBS: '0.5', gammaBS: '0.0001', vegaBS: '12', thetaBS: '-30' };
    const greeks = (info: object) => readAs(wireGreeks, { symbol: 'X', delta: '0.4', info }, 'greeks');
    expect(OKX.greeksOf(greeks(told))).toEqual({ delta: 0.5, gamma: 0.0001, vega: 12, theta: -30 });
    expect(OKX.greeksOf(greeks({ ...told, vegaBS: '' }))).toBeNull();
  });

  it('has one pool where the account is margined as one, else one per currency', () => {
    const details = [{ ccy: 'BTC', eq: '2', cashBal: '1.5', imr: '0.2', mmr: '0.1' }];
    const balance = (account: object) =>
      readAs(wireBalance, { total: {}, info: { data: [{ ...account, details }] } }, 'balance');
    const apart = balance({ mmr: '', adjEq: '' });
    expect(OKX.poolsOf(apart)).toEqual([{ currency: 'BTC', equity: 2, initialMargin: 0.2, maintenanceMargin: 0.1 }]);
    expect([...OKX.cashOf(apart)]).toEqual([['BTC', decimal('1.5')]]);
    const together = balance({ mmr: '300', imr: '500', adjEq: '9000' });
    expect(OKX.poolsOf(together)).toMatchObject([{ currency: 'USD', equity: 9_000, maintenanceMargin: 300 }]);
  });

  it('tells liquidations and deliveries from orders', () => {
    const cause = (subType: string) => {
      const trade = { id: '1', symbol: 'X', side: 'buy', amount: '1', price: '1', timestamp: 1, info: { subType } };
      return OKX.causeOf(readAs(wireTrade, trade, 'trade'));
    };
    expect(['1', '104', '112', '170', ''].map(cause)).toEqual([
      'order',
      'liquidation',
      'settlement',
      'settlement',
      'order',
    ]);
  });
});
