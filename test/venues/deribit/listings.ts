import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import type { Quote } from '#shared/market/quote.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { yearsBetween } from '#shared/units/time.ts';

const NEVER = 32_503_708_800_000;

function periodOf(instrument: Instrument): string | undefined {
  if (instrument.kind === 'spot') return undefined;
  return instrument.kind === 'perpetual' ? 'perpetual' : 'week';
}

/** An instrument as `public/get_instruments` lists it. */
export function wireListing(instrument: Instrument, number: number): object {
  const { name, kind, underlying, quote, settlement, payoff, tick, lot, fees } = instrument;
  const counter = payoff === 'inverse' ? 'USD' : quote;
  return {
    instrument_name: name,
    instrument_id: number,
    kind: kind === 'perpetual' ? 'future' : kind,
    base_currency: underlying,
    quote_currency: quote,
    counter_currency: counter,
    price_index: `${underlying}_usd`.toLowerCase(),
    ...(kind === 'spot' ? {} : { settlement_currency: settlement, settlement_period: periodOf(instrument) }),
    ...(kind === 'option' ? { strike: Number(instrument.strike), option_type: instrument.right } : {}),
    ...(kind === 'option' || kind === 'spot' ? {} : { instrument_type: payoff === 'inverse' ? 'reversed' : 'linear' }),
    expiration_timestamp: expiryOf(instrument) ?? NEVER,
    creation_timestamp: 1_534_242_287_000,
    tick_size: Number(tick),
    tick_size_steps: [],
    min_trade_amount: Number(lot),
    contract_size: Number(lot),
    maker_commission: Number(fees.maker),
    taker_commission: Number(fees.taker),
    is_active: true,
    state: 'open',
  };
}

function greeksOf(instrument: Instrument, quote: Quote): object | undefined {
  if (instrument.kind !== 'option') return undefined;
  const terms = { right: instrument.right, forward: quote.forward, strike: Number(instrument.strike), rate: 0 };
  const years = yearsBetween(quote.tsEvent, instrument.expiry);
  const answer = black76({ ...terms, years, vol: quote.markVol ?? 0 });
  if (!answer.ok) return undefined;
  const { delta, gamma, vega, theta } = answer.value;
  // Deribit tells vega per vol point and theta per day.
  return { delta, gamma, vega: vega / 100, theta: theta / 365, rho: 0 };
}

/** A quote as the ticker channel and `public/ticker` tell it. */
export function wireTickerOf(instrument: Instrument, quote: Quote): object {
  const greeks = greeksOf(instrument, quote);
  const option = instrument.kind === 'option';
  const perpetual = instrument.kind === 'perpetual';
  return {
    instrument_name: instrument.name,
    timestamp: quote.tsEvent,
    state: 'open',
    best_bid_price: quote.bid ?? 0,
    best_bid_amount: quote.bidSize,
    best_ask_price: quote.ask ?? 0,
    best_ask_amount: quote.askSize,
    mark_price: quote.mark,
    last_price: quote.mark,
    index_price: quote.index,
    estimated_delivery_price: quote.index,
    open_interest: 1000,
    settlement_price: quote.mark,
    stats: { volume: 100, low: quote.mark, high: quote.mark, price_change: 0 },
    ...(perpetual ? { current_funding: quote.funding8h, funding_8h: quote.funding8h } : {}),
    ...(option
      ? { mark_iv: (quote.markVol ?? 0) * 100, underlying_price: quote.forward, interest_rate: 0, greeks }
      : {}),
  };
}
