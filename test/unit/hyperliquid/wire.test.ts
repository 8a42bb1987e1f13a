// Hyperliquid's documented payloads come out as what they mean, in Keel's words and units; what leaves is on the venue's
// ticks and under its own client's signature.
import { formatPrice } from '@nktkas/hyperliquid/utils';
import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { accountsOf, holdingsOf, keepingOf } from '#main/venues/hyperliquid/account.ts';
import { cloidOf, idOf } from '#main/venues/hyperliquid/cloid.ts';
import { type Listed, perpetualOf, spotOf } from '#main/venues/hyperliquid/instruments.ts';
import { paymentOf } from '#main/venues/hyperliquid/ledger.ts';
import { createMargins } from '#main/venues/hyperliquid/margins.ts';
import { fillOf, idOfOrder, legOf, venueOrderOf } from '#main/venues/hyperliquid/orders.ts';
import { onTick } from '#main/venues/hyperliquid/precision.ts';
import { complaint, isDefinite, refusal } from '#main/venues/hyperliquid/refusals.ts';
import { type ActionIntent, createActionSigner, walletSigner } from '#main/venues/hyperliquid/signer.ts';
import { readAs, readFrame } from '#main/venues/hyperliquid/wire.ts';
import { wireFundings, wireSpotState, wireState } from '#main/venues/hyperliquid/wire-account.ts';
import { wireBook, wireMeta, wireSpotMeta } from '#main/venues/hyperliquid/wire-market.ts';
import { wireCancels, wireFills, wireOrderStatus, wirePlaced } from '#main/venues/hyperliquid/wire-trading.ts';
import { isolatedLiquidationPrice, maintenanceMargin } from '#shared/risk/margin/hyperliquid.ts';
import { decimal } from '#shared/units/decimal.ts';
import * as documented from '#test/fixtures/hyperliquid/documented.ts';
import { order } from '#test/support/domain.ts';

const FEES = {
  userCrossRate: decimal('0.00045'),
  userAddRate: decimal('0.00015'),
  userSpotCrossRate: decimal('0.0007'),
  userSpotAddRate: decimal('0.0004'),
};
const CONFIG = { venue: 'hyperliquid', account: { id: 'main', name: 'Main' } };
const USER = `0x${'ab'.repeat(20)}`;
const OWNER = { venue: 'hyperliquid', user: USER, idOf: idOfOrder, accountOf: () => 'main' };

function listed(coin: string, asset: number, szDecimals: number): Listed {
  return perpetualOf('hyperliquid', asset, { name: coin, szDecimals, maxLeverage: 50 }, FEES);
}
const ETH = listed('ETH', 1, 4);

describe('documented payloads', () => {
  it('perpetuals and spot pairs are what they are, on their finest ticks', () => {
    const { universe } = readAs(wireMeta, documented.META, 'meta');
    expect(perpetualOf('hyperliquid', 0, universe[0]!, FEES)).toEqual({
      coin: 'BTC',
      asset: 0,
      places: 1,
      instrument: {
        kind: 'perpetual',
        id: 'hyperliquid:BTC',
        venue: 'hyperliquid',
        name: 'BTC',
        underlying: 'BTC',
        quote: 'USDC',
        settlement: 'USDC',
        payoff: 'linear',
        tick: '0.1',
        lot: '0.00001',
        fees: { maker: '0.00015', taker: '0.00045' },
      },
    });
    const spot = readAs(wireSpotMeta, documented.SPOT_META, 'spotMeta');
    const tokens = new Map(spot.tokens.map((one) => [one.index, one]));
    const pairs = spot.universe.map((one) => spotOf('hyperliquid', one, tokens, FEES));
    expect(pairs.map((one) => [one?.instrument.id, one?.coin, one?.asset, one?.instrument.tick])).toEqual([
      ['hyperliquid:PURR/USDC', 'PURR/USDC', 10_000, '0.00000001'],
      ['hyperliquid:HFUN/USDC', '@1', 10_001, '0.000001'],
    ]);
    expect(spotOf('hyperliquid', { name: '@9', tokens: [0, 2], index: 9 }, tokens, FEES)).toBeNull();
  });

  it('an account kept apart: cash is what remains when positions are closed at their entries', () => {
    const accounts = accountsOf(CONFIG, keepingOf('disabled'));
    const perpetuals = readAs(wireState, documented.STATE, 'state');
    const spot = readAs(wireSpotState, documented.SPOT_STATE, 'spot');
    const byCoin = (coin: string) => (coin === 'ETH' ? ETH : undefined);
    const holding = { keeping: keepingOf('disabled'), perpetuals, spot };
    const [main, apart] = accounts.all.map((one) => holdingsOf(one, holding, { byCoin }));
    // 13,009.454678 raw dollars and 0.0335 coins entered at 2,986.3.
    expect(main?.balances).toEqual([{ account: 'main', currency: 'USDC', cash: '13109.495728' }]);
    expect(main).toMatchObject({
      complete: true,
      positions: [{ instrument: 'hyperliquid:ETH', quantity: '0.0335', entry: '2986.3' }],
      pools: [{ equity: 13104.514502, maintenanceMargin: 0 }],
    });
    // Equity is the venue's own figure: cash and profit since entry.
    expect(13_109.495728 - 0.0134).toBeCloseTo(Number(documented.STATE.marginSummary.accountValue), 9);
    expect(apart?.balances.map((one) => [one.account, one.currency, one.cash])).toEqual([
      ['main-spot', 'USDC', '14.625485'],
      ['main-spot', 'PURR', '2000'],
    ]);
  });

  it('leverage is the asset’s, and what an isolated position stands on is not the pool’s', () => {
    const chosen: unknown[] = [];
    const choose = (...choice: unknown[]) => {
      chosen.push(choice);
      return null;
    };
    const margins = createMargins({ all: () => [], byCoin: () => undefined, choose }, () => undefined);
    margins.takeActive(documented.ACTIVE_ASSET);
    margins.takeState(readAs(wireState, documented.STATE, 'state'));
    // Set aside: 0.0335 coins at 2,986.3 less 95.059824 raw dollars; with its loss the 4.967826 that the venue calls used.
    const isolated = decimal('4.981226');
    expect(chosen).toEqual([
      ['APT', { leverage: 3 }],
      ['ETH', { leverage: 20, isolated }],
    ]);
    expect(Number(isolated) - 0.0134).toBeCloseTo(4.967826, 9);
    // The venue's own cross summary is what is left of the money in the book.
    const cross = Number(documented.STATE.crossMarginSummary.accountValue);
    expect(13_109.495728 - Number(isolated)).toBeCloseTo(cross, 5);
    // What is available times leverage is what may be traded: initial margin is notional ÷ leverage.
    const { maxTradeSzs, availableToTrade, markPx } = documented.ACTIVE_ASSET;
    expect((Number(maxTradeSzs[0]) * Number(markPx)) / 3).toBeCloseTo(Number(availableToTrade[0]), -1);
  });

  it('a unified account: profit is taken out of the balance that counts it', () => {
    const [main] = accountsOf(CONFIG, keepingOf('unifiedAccount')).all;
    const perpetuals = readAs(wireState, documented.STATE, 'state');
    const spot = readAs(wireSpotState, documented.SPOT_STATE, 'spot');
    const held = holdingsOf(main!, { keeping: 'unified', perpetuals, spot }, { byCoin: () => ETH });
    expect(held.balances).toEqual([
      { account: 'main', currency: 'USDC', cash: '14.638885' },
      { account: 'main', currency: 'PURR', cash: '2000' },
    ]);
    // The docs' unified ratio divides by the balance less what isolated positions stand on.
    expect(held.pools[0]?.equity).toBeCloseTo(14.625485 - 4.967826, 9);
    const missing = holdingsOf(main!, { keeping: 'unified', perpetuals, spot }, { byCoin: () => undefined });
    expect(missing.complete).toBe(false);
  });

  it('the venue’s liquidation price is Keel’s: by the isolated margin it tells', () => {
    // The documentation's example, and an answer of the venue as ccxt quotes it (js/src/hyperliquid.js, fetchPositions).
    const quoted = {
      szi: '0.2259',
      marginUsed: '24.88097',
      positionValue: '500.12001',
      liquidationPx: '2125.00856238',
    };
    for (const told of [documented.STATE.assetPositions[0]!.position, quoted]) {
      const [size, notional] = [Number(told.szi), Number(told.positionValue)];
      const available = Number(told.marginUsed) - maintenanceMargin(notional, [{ from: 0, maximumLeverage: 50 }]);
      const price = isolatedLiquidationPrice(notional / size, 1, size, available, 50);
      // Margins are told to a millionth of a dollar, sizes are a part of a coin.
      expect(price).toBeCloseTo(Number(told.liquidationPx), 4);
    }
  });

  it('fills are signed, fees are paid in their token, a liquidation is the venue’s', () => {
    const [perpetual, spot] = readAs(wireFills, documented.FILLS, 'fills');
    expect(fillOf(OWNER, listed('AVAX', 6, 2), perpetual!)).toMatchObject({
      instrument: 'hyperliquid:AVAX',
      order: '90542681',
      quantity: '93.53',
      price: '18.435',
      fee: '0.01',
      feeCurrency: 'USDC',
      liquidity: 'maker',
      cause: 'order',
      at: 1681222254710,
    });
    expect(fillOf(OWNER, ETH, spot!)).toMatchObject({ quantity: '-43.84', liquidity: 'taker' });
    const liquidation = { liquidatedUser: USER.toUpperCase().replace('0X', '0x') };
    expect(fillOf(OWNER, ETH, { ...perpetual!, liquidation })).toMatchObject({ cause: 'liquidation', order: null });
    const other = { liquidatedUser: `0x${'cd'.repeat(20)}` };
    expect(fillOf(OWNER, ETH, { ...perpetual!, liquidation: other })).toMatchObject({ cause: 'order' });
  });

  it('an order’s status is its state', () => {
    const answer = readAs(wireOrderStatus, documented.ORDER_STATUS, 'orderStatus');
    if (answer.status !== 'order') throw new Error('expected an order');
    const told = (status: string, sz = '0.0') =>
      venueOrderOf(OWNER, ETH, { ...answer.order, status, order: { ...answer.order.order, sz: decimal(sz) } });
    expect(told('filled')).toMatchObject({ clientOrderId: '1', venueOrderId: '1', state: 'FILLED', filled: '0.0076' });
    expect(told('open', '0.0076').state).toBe('ACKED');
    expect(told('open', '0.0006')).toMatchObject({ state: 'PARTIAL', filled: '0.007' });
    expect([told('canceled').reason, told('marginCanceled').reason?.code]).toEqual([null, 'cancelled-by-venue']);
    expect([told('badAloPxRejected').state, told('scheduledCancel').state]).toEqual(['REJECTED', 'CANCELLED']);
    expect(() => told('somethingNew')).toThrow(/expected open, filled/);
  });

  it('answers of actions keep every leg', () => {
    const placed = readAs(wirePlaced, documented.PLACED, 'order');
    expect(placed.status === 'ok' && placed.response.data.statuses).toHaveLength(3);
    const cancelled = readAs(wireCancels, documented.CANCELLED, 'cancel');
    expect(cancelled.status === 'ok' && cancelled.response.data.statuses[0]).toBe('success');
    const [funding] = readAs(wireFundings, documented.FUNDINGS, 'userFunding');
    expect(paymentOf(OWNER, ETH, { time: funding!.time, ...funding!.delta })).toMatchObject({
      amount: '-3.625312',
      id: 'funding-1681222254710-ETH',
    });
    expect(readAs(wireBook, documented.BOOK, 'l2Book').levels[0][1]).toMatchObject({ px: 113376, sz: 4.13714 });
  });

  it('frames are told apart, and what is none is one error', () => {
    const frame = (value: object) => readFrame(JSON.stringify(value));
    expect(frame({ channel: 'pong' }).kind).toBe('pong');
    const post = { channel: 'post', data: { id: 7, response: { type: 'error', payload: '429 Too Many Requests' } } };
    expect(frame(post)).toEqual({ kind: 'refusal', id: 7, said: '429 Too Many Requests' });
    expect(readFrame('Websocket connection established.').kind).toBe('pong');
    expect(() => readFrame('Bad Gateway')).toThrow(/frame, text: expected JSON/);
    expect(() => frame({ data: 1 })).toThrow(/expected a channel, was missing/);
  });

  it('only what the venue surely did not do is a refusal', () => {
    expect(isDefinite(refusal('Insufficient margin', 'order'))).toBe(true);
    expect(isDefinite(complaint('429 Too Many Requests', 'order'))).toBe(true);
    expect(isDefinite(complaint('502 Bad Gateway', 'order'))).toBe(false);
    expect(isDefinite({ code: 'no-answer', message: '' })).toBe(false);
  });
});

describe('ticks', () => {
  it('are those of another client of the venue, and a limit stays on the trader’s side', () => {
    const price = fc.double({ min: 1e-6, max: 9e6, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(price, fc.integer({ min: 0, max: 6 }), (value, szDecimals) => {
        const wanted = decimal(value.toFixed(9));
        const down = onTick(wanted, 6 - szDecimals, 'down');
        const up = onTick(wanted, 6 - szDecimals, 'up');
        // The other client cuts off; what it would cut to nothing it refuses, and it cuts whole prices that are good.
        if (down !== '0' && value < 100_000) expect(down).toBe(formatPrice(wanted, szDecimals));
        expect(Number(down)).toBeLessThanOrEqual(Number(wanted));
        expect(Number(up)).toBeGreaterThanOrEqual(Number(wanted));
        if (up !== '0') expect(formatPrice(up, szDecimals)).toBe(up);
      }),
    );
  });

  it('are the docs’ examples', () => {
    const good = (price: string, places: number) => onTick(decimal(price), places, 'down') === decimal(price);
    // "1234.5 is valid but 1234.56 is not"; "0.001234 is valid, but 0.0012345 is not"; whole prices always are.
    expect([good('1234.5', 6), good('1234.56', 6), good('0.001234', 6), good('0.0012345', 6)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    // "0.01234 is valid if szDecimals is 1; 0.012345 is not: more than 6 − szDecimals places".
    expect([good('0.01234', 5), good('0.012345', 5), good('123456', 6)]).toEqual([true, false, true]);
  });
});

describe('client ids', () => {
  it('are told back from their 16 bytes, and no two are the same', () => {
    const alphabet = [...'-0123456789abcdefghijklmnopqrstuvwxyz'];
    const id = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(id, id, (a, b) => {
        const cloid = cloidOf(a) ?? '';
        expect(cloid).toMatch(/^0x[0-9a-f]{32}$/);
        expect(idOf(cloid)).toBe(a);
        expect(cloidOf(b) === cloid).toBe(a === b);
      }),
    );
    expect(['Upper', 'x'.repeat(25), '', 'a b'].map(cloidOf)).toEqual([null, null, null, null]);
    expect([`0x${'f'.repeat(32)}`, `0x${'0'.repeat(32)}`].map(idOf)).toEqual([null, null]);
  });
});

describe('signatures', () => {
  // hyperliquid-python-sdk, tests/signing_test.py: the venue's own client, mainnet and testnet, nonce 0.
  const wallet = privateKeyToAccount('0x0123456789012345678901234567890123456789012345678901234567890123');
  const signed = async (action: Parameters<ReturnType<typeof createActionSigner>['sign']>[0], testnet: boolean) =>
    (await createActionSigner(walletSigner(wallet), testnet, () => 0).sign(action, null)).signature;
  const leg = { a: 1, b: true, p: '100', s: '100', r: false };

  it('of orders, triggers and the dead-man switch are those of the venue’s own client', async () => {
    const plain = { type: 'order', orders: [{ ...leg, t: { limit: { tif: 'Gtc' } } }], grouping: 'na' } as const;
    expect(await signed(plain, false)).toEqual({
      r: '0xd65369825a9df5d80099e513cce430311d7d26ddf477f5b3a33d2806b100d78e',
      s: '0x2b54116ff64054968aa237c20ca9ff68000f977c93289157748a3162b6ea940e',
      v: 28,
    });
    expect(await signed(plain, true)).toMatchObject({
      r: '0x82b2ba28e76b3d761093aaded1b1cdad4960b3af30212b343fb2e6cdfa4e3d54',
    });
    // Keys in another order are brought into the venue's.
    const c = '0x00000000000000000000000000000001';
    const named = { grouping: 'na', orders: [{ c, t: { limit: { tif: 'Gtc' } }, ...leg }], type: 'order' } as const;
    expect(await signed(named, false)).toMatchObject({
      // Written with all its digits.
      r: '0x041ae18e8239a56cacbc5dad94d45d0b747e5da11ad564077fcac71277a946e3',
      s: '0x3c61f667e747404fe7eea8f90ab0e76cc12ce60270438b2058324681a00116da',
    });
    const t = { trigger: { isMarket: true, triggerPx: '103', tpsl: 'sl' } };
    const stop = { type: 'order', orders: [{ ...leg, t }], grouping: 'na' } as const;
    expect((await signed(stop, true)).r).toBe('0x971c554d917c44e0e1b6cc45d8f9404f32172a9d3b3566262347d0302896a2e4');
    const off = await signed({ type: 'scheduleCancel' }, false);
    expect(off.r).toBe('0x6cdfb286702f5917e76cd9b3b8bf678fcc49aec194c02a73e6d4f16891195df9');
    const at = await signed({ type: 'scheduleCancel', time: 123_456_789 }, false);
    expect(at.r).toBe('0x609cb20c737945d070716dcc696ba030e9976fcf5edad87afa7d877493109d55');
  });

  it('of anything that moves money out or pays a stranger are not given', async () => {
    const signer = walletSigner(wallet);
    for (const type of ['withdraw3', 'usdSend', 'approveBuilderFee', 'approveAgent', 'setReferrer', '__proto__']) {
      // As it would come from another process.
      const intent: ActionIntent = JSON.parse(`{"action":{"type":"${type}"},"nonce":1,"expiresAfter":null}`);
      await expect(signer.sign(intent)).rejects.toThrow(/no action that is signed/);
    }
  });

  it('are of legs that orders become', () => {
    const one = order({ id: 'k-1', account: 'main', instrument: 'hyperliquid:ETH', quantity: decimal('1.5') });
    const made = legOf({ ...one, limit: decimal('2411.77'), postOnly: true }, ETH, null);
    expect(made).toEqual({
      a: 1,
      b: true,
      p: '2411.7',
      s: '1.5',
      r: false,
      t: { limit: { tif: 'Alo' } },
      c: cloidOf('k-1'),
    });
    const market = legOf({ ...one, side: 'sell', type: 'market', limit: null }, ETH, decimal(2_400));
    expect(market).toMatchObject({ b: false, p: '2280', t: { limit: { tif: 'Ioc' } } });
    const stop = { ...one, type: 'stop', limit: null, trigger: decimal('2500.55'), reduceOnly: true } as const;
    expect(legOf(stop, ETH, null)).toMatchObject({
      r: true,
      t: { trigger: { isMarket: true, triggerPx: '2500.5', tpsl: 'sl' } },
    });
    expect(() => legOf({ ...one, type: 'market', limit: null }, ETH, null)).toThrow(/no price of hyperliquid:ETH/);
  });
});
