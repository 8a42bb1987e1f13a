// Deribit's documented payloads come out as what they mean, in Keel's words and units.
import { describe, expect, it } from 'vitest';
import { deribitSession } from '#main/keys/intents/deribit-session.ts';
import { holdingsOf } from '#main/venues/deribit/account.ts';
import { createDesk } from '#main/venues/deribit/desk.ts';
import { instrumentOf, isDated } from '#main/venues/deribit/instruments.ts';
import { ledgerRow } from '#main/venues/deribit/ledger.ts';
import { fillOf, venueOrderOf } from '#main/venues/deribit/orders.ts';
import { isDefinite, refusalFault } from '#main/venues/deribit/refusals.ts';
import { tickerOf } from '#main/venues/deribit/tickers.ts';
import { onTick } from '#main/venues/deribit/ticks.ts';
import { readAs, readFrame } from '#main/venues/deribit/wire.ts';
import {
  wireLog,
  wirePositions,
  wireSimulation,
  wireSummary,
  wireTransfers,
} from '#main/venues/deribit/wire-account.ts';
import { wireBook, wireInstrument, wireTicker } from '#main/venues/deribit/wire-market.ts';
import { wireChanges, wireOrder, wirePlaced } from '#main/venues/deribit/wire-trading.ts';
import { decimal } from '#shared/units/decimal.ts';
import * as documented from '#test/fixtures/deribit/documented.ts';
import { CARD } from '#test/unit/keys/samples.ts';

const OWNER = { venue: 'deribit', account: 'main' };

describe('documented payloads', () => {
  it('an option listing is a coin-settled option', () => {
    const wire = readAs(wireInstrument, documented.OPTION_LISTING, 'instrument');
    expect(instrumentOf('deribit', wire)).toEqual({
      id: 'deribit:BTC-13JAN23-16000-P',
      venue: 'deribit',
      name: 'BTC-13JAN23-16000-P',
      kind: 'option',
      underlying: 'BTC',
      quote: 'BTC',
      settlement: 'BTC',
      payoff: 'inverse',
      tick: '0.0005',
      lot: '0.1',
      fees: { maker: '0.0003', taker: '0.0003', premiumCap: '0.125' },
      expiry: Date.UTC(2023, 0, 13, 8),
      strike: '16000',
      right: 'put',
    });
  });

  it('names tell options and dated futures from combos and crosses', () => {
    const names = ['BTC-27MAR20', 'BTC_USDC-3APR20-7000-C', 'BTC-FS-27MAR20_PERP', 'BTC-CBUT-27MAR20-1_2_3', 'ETH_BTC'];
    expect(names.map(isDated)).toEqual([true, true, false, false, false]);
  });

  it('limits move to the coarser ticks of higher prices, never beyond what was wanted', () => {
    const steps = readAs(wireInstrument, documented.OPTION_LISTING, 'instrument');
    const at = (side: 'buy' | 'sell', price: string) => onTick(steps, side, decimal(price));
    // Ticks of the listing: 0.0005, above 120 0.001, above 200 0.003.
    expect([at('buy', '120'), at('buy', '120.0005'), at('sell', '120.0005')]).toEqual(['120', '120', '120.001']);
    expect([at('buy', '200.002'), at('sell', '200.002')]).toEqual(['200.001', '200.004']);
  });

  it('a perpetual is inverse, in lots of 10 dollars, and has no expiry', () => {
    const wire = readAs(wireInstrument, documented.PERPETUAL_LISTING, 'instrument');
    expect(instrumentOf('deribit', wire)).toMatchObject({
      kind: 'perpetual',
      payoff: 'inverse',
      quote: 'USD',
      lot: '10',
    });
  });

  it('a listing settled in dollars is linear; a combo or a coin cross is none', () => {
    const linear = { ...documented.OPTION_LISTING, settlement_currency: 'USDC', quote_currency: 'USDC' };
    const made = (payload: unknown) => instrumentOf('deribit', readAs(wireInstrument, payload, 'instrument'));
    expect(made(linear)).toMatchObject({ payoff: 'linear', settlement: 'USDC', underlying: 'BTC' });
    expect(made({ ...documented.OPTION_LISTING, kind: 'option_combo' })).toBeNull();
    const cross = { ...documented.PERPETUAL_LISTING, kind: 'spot', base_currency: 'ETH', quote_currency: 'BTC' };
    expect(made({ ...cross, settlement_currency: null })).toBeNull();
  });

  it('an option ticker gives vols as fractions, the forward, and the venue’s Greeks', () => {
    const { quote, greeks } = tickerOf('deribit', readAs(wireTicker, documented.OPTION_TICKER, 'ticker'), 5);
    expect(quote).toMatchObject({
      instrument: 'deribit:BTC-27SEP24-40000-C',
      bid: 0.214,
      bidSize: 0.2,
      ask: 0.219,
      askSize: 9.1,
      mark: 0.2168,
      forward: 38992.71,
      index: 36552.72,
      funding8h: null,
      tsEvent: 1699578548021,
      tsReceived: 5,
    });
    expect(quote.markVol).toBeCloseTo(0.6127, 12);
    expect(greeks).toMatchObject({ delta: 0.59621, gamma: 0.00002, vega: 141.90146, theta: -13.48784 });
  });

  it('a perpetual ticker has the present funding and no vol; a side of 0 is empty', () => {
    const wire = readAs(
      wireTicker,
      { ...documented.PERPETUAL_TICKER, best_bid_price: 0, best_bid_amount: 0 },
      'ticker',
    );
    const { quote, greeks } = tickerOf('deribit', wire, 0);
    expect(quote).toMatchObject({ bid: null, bidSize: 0, ask: 7750.5, funding8h: 0, markVol: null, forward: 7750.02 });
    expect(greeks).toBeNull();
  });

  it('a placed order and its trade go by the label', () => {
    const { order } = readAs(wirePlaced, documented.PLACED, 'private/buy');
    expect(venueOrderOf(OWNER, order)).toMatchObject({
      clientOrderId: 'market0000234',
      venueOrderId: 'ETH-349249',
      instrument: 'deribit:ETH-PERPETUAL',
      state: 'FILLED',
      filled: '40',
    });
    expect(venueOrderOf(OWNER, readAs(wireOrder, documented.OPEN_ORDER, 'order')).state).toBe('ACKED');
  });

  it('a change of the account carries fills of orders that were not sent from here', () => {
    const { trades, orders } = readAs(wireChanges, documented.CHANGES, 'user.changes');
    expect(fillOf(OWNER, trades[0]!)).toMatchObject({
      trade: '1430914',
      order: '3398016',
      quantity: '-10',
      price: '17391',
      fee: '0.00000016',
      feeCurrency: 'BTC',
      liquidity: 'taker',
      cause: 'order',
      index: '17501.88',
    });
    expect(venueOrderOf(OWNER, orders[0]!).clientOrderId).toBe('3398016');
  });

  it('who was liquidated decides the cause of a fill', () => {
    const { trades } = readAs(wireChanges, documented.CHANGES, 'user.changes');
    const causeOf = (liquidity: string, liquidation: string) =>
      fillOf(OWNER, { ...trades[0]!, liquidity, liquidation }).cause;
    expect([causeOf('T', 'T'), causeOf('M', 'T'), causeOf('M', 'MT')]).toEqual(['liquidation', 'order', 'liquidation']);
  });

  it('a settlement pays its funding, a transfer moves no position', () => {
    const rows = readAs(wireLog, documented.LOG, 'log').logs.map((one) => ledgerRow(OWNER, one));
    expect(rows.map((row) => row.fill)).toEqual([null, null]);
    expect(rows[0]?.payment).toBeNull();
    expect(rows[1]?.payment).toMatchObject({ amount: '0.00000993', currency: 'BTC', at: 1613659544153 });
  });

  it('cash is the balance and what the session realised, whatever the marks', () => {
    const summary = readAs(wireSummary, documented.SUMMARY, 'summary');
    const account = { id: 'main', venue: 'deribit', name: 'Main', rules: 'deribit-standard' } as const;
    const held = holdingsOf(
      { account, summaries: [summary], positions: [] },
      () => null,
      () => 40_000,
    );
    // 302.60065765 + −0.03258105; the venue's own sum of equity is rounded in the eighth place.
    expect(Number(held.balances[0]?.cash)).toBeCloseTo(302.5680766, 7);
    expect(held.pools[0]).toMatchObject({ equity: 302.61869214, initialMargin: 1.24669592, currencyUsd: 40_000 });
    // Margin without a position to ask for it: not a report in full.
    expect(held.complete).toBe(false);
  });

  it('what settlements have moved of an open future is not cash yet', () => {
    const [wire] = readAs(wirePositions, documented.CHANGES.positions, 'positions');
    const summary = readAs(
      wireSummary,
      { ...documented.SUMMARY, options_value: 0, futures_session_upl: 0, equity: 10 },
      'summary',
    );
    const account = { id: 'main', venue: 'deribit', name: 'Main', rules: 'deribit-standard' } as const;
    const held = holdingsOf(
      { account, summaries: [summary], positions: [wire!] },
      () => 'BTC',
      () => 1,
    );
    // Total profit 1.69711368 less this session's 0.906961435, and funding 0.01235663 that is not booked yet.
    expect(Number(held.balances[0]?.cash)).toBeCloseTo(10 - (1.69711368 - 0.906961435) - 0.01235663, 7);
    expect(held.positions).toEqual([
      { account: 'main', instrument: 'deribit:BTC-PERPETUAL', quantity: '185160', entry: '15000' },
    ]);
    expect(held.complete).toBe(true);
  });

  it('an account’s own limits are read, and other forms of them are none', () => {
    const limitsOf = (limits: unknown) => readAs(wireSummary, { ...documented.SUMMARY, limits }, 'summary').limits;
    expect(limitsOf(documented.SUMMARY.limits)?.matching_engine.trading.total).toEqual({ burst: 250, rate: 200 });
    expect(limitsOf({ matching_engine: 2, matching_engine_burst: 20 })).toBeNull();
  });

  it('combos and settlements come out in Keel’s words', async () => {
    const answers: Record<string, unknown> = {
      'public/get_combos': [documented.COMBO],
      'private/get_settlement_history_by_currency': documented.SETTLEMENTS,
    };
    const desk = createDesk(async (method) => answers[method]);
    expect(await desk.combos('BTC')).toEqual([
      {
        name: 'BTC-FS-29APR22_PERP',
        state: 'active',
        legs: [
          { name: 'BTC-PERPETUAL', ratio: '-1' },
          { name: 'BTC-29APR22', ratio: '1' },
        ],
      },
    ]);
    expect(await desk.settlements('BTC', 1)).toMatchObject([
      { kind: 'settlement', name: 'BTC-30MAR18', position: '1000', profit: '0', funding: '-0.000002511' },
    ]);
  });

  it('transfers, simulations and errors are read', () => {
    expect(readAs(wireTransfers, documented.TRANSFERS, 'transfers').data.map((one) => one.amount)).toEqual([
      '0.2',
      '0.3',
    ]);
    expect(readAs(wireSimulation, documented.SIMULATION, 'simulation')).toMatchObject({ currency: 'BTC' });
    expect(readFrame(JSON.stringify(documented.EXPIRED_TOKEN))).toEqual({
      kind: 'refusal',
      id: 42,
      code: 13009,
      said: 'invalid_token (access_token: token has expired)',
    });
  });

  it('a book change names what it follows; deleted levels have no size', () => {
    const frame = readFrame(documented.BOOK_CHANGE);
    expect(frame).toMatchObject({ kind: 'notification', channel: 'book.BTC-25JUN21.100ms' });
    const book = readAs(wireBook, frame.kind === 'notification' ? frame.data : null, 'book');
    expect(book).toMatchObject({ prev_change_id: 31479339296, change_id: 31479339507 });
    expect(book.asks).toEqual([
      { price: 37850, size: 8850 },
      { price: 37848.5, size: 0 },
    ]);
  });

  it('the session signature is the one of the documentation’s example', () => {
    const challenge = { timestamp: 1576074319000, nonce: '1iqt2wls' };
    expect(deribitSession.ready(challenge, { ...CARD, id: 'k' }).sign(Buffer.from('AMANDASECRECT'))).toBe(
      '56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1',
    );
  });
});

describe('what cannot be read', () => {
  it('names payload, field, expectation and finding', () => {
    const wrong = { ...documented.PERPETUAL_TICKER, mark_price: '7750' };
    expect(() => readAs(wireTicker, wrong, 'ticker')).toThrow('deribit ticker, mark_price: expected number, was 7750');
    expect(() => readFrame('{')).toThrow(/deribit frame, text: expected JSON/);
  });

  it('only a refusal is definite', () => {
    expect(isDefinite(refusalFault(10009, 'not_enough_funds', 'private/buy'))).toBe(true);
    expect(isDefinite(refusalFault(13888, 'timed_out', 'private/buy'))).toBe(false);
    expect(isDefinite({ code: 'no-answer', message: '' })).toBe(false);
  });
});
