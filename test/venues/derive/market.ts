import type { Hex } from '#main/venues/derive/config.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Quote } from '#shared/market/quote.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { decimal, roundToStep } from '#shared/units/decimal.ts';
import { yearsBetween } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';

/** An instrument of the matching core and its name at Derive. */
export interface Listed {
  readonly instrument: Instrument;
  readonly name: string;
}

// docs.derive.xyz, "Protocol Constants": the production assets of BTC.
const PERP_ASSET: Hex = '0xDBa83C0C654DB1cd914FA2710bA743e925B53086';
const OPTION_ASSET: Hex = '0xd0711b9eBE84b778483709CDe62BacFDBAE13623';

/** Null for what Derive has no like of: everything that is not settled in USDC, and spot. */
export function deriveName(instrument: Instrument): string | null {
  if (instrument.payoff !== 'linear') return null;
  if (instrument.kind === 'perpetual') return `${instrument.underlying}-PERP`;
  if (instrument.kind !== 'option') return null;
  const day = new Date(instrument.expiry).toISOString().slice(0, 10).replaceAll('-', '');
  return `${instrument.underlying}-${day}-${instrument.strike}-${instrument.right === 'call' ? 'C' : 'P'}`;
}

export function listedAt(work: Clockwork): readonly Listed[] {
  return work.exchange.instruments(DERIBIT).flatMap((instrument) => {
    const name = deriveName(instrument);
    return name === null ? [] : [{ instrument, name }];
  });
}

/** Strike, expiry and right packed into one number, as the option asset does. */
export function subIdOf(instrument: Instrument): bigint {
  if (instrument.kind !== 'option') return 0n;
  const strike = BigInt(Math.round(Number(instrument.strike) * 1e8));
  const call = instrument.right === 'call' ? 1n : 0n;
  return (call << 95n) | (strike << 32n) | BigInt(instrument.expiry / 1_000);
}

export function assetOf({ kind }: Instrument): Hex {
  return kind === 'option' ? OPTION_ASSET : PERP_ASSET;
}

const text = (value: number): string => decimal(value.toFixed(12));

/** `public/get_all_instruments`. */
export function wireInstrument({ instrument, name }: Listed): object {
  const { underlying, tick, lot, fees } = instrument;
  const option = instrument.kind === 'option';
  const details = option && {
    index: `${underlying}-USD`,
    expiry: instrument.expiry / 1_000,
    strike: instrument.strike,
    option_type: instrument.right === 'call' ? 'C' : 'P',
    settlement_price: null,
  };
  return {
    instrument_name: name,
    instrument_type: option ? 'option' : 'perp',
    is_active: true,
    base_currency: underlying,
    quote_currency: 'USDC',
    tick_size: tick,
    minimum_amount: lot,
    maximum_amount: '1000',
    amount_step: lot,
    maker_fee_rate: fees.maker,
    taker_fee_rate: fees.taker,
    base_fee: '0.5',
    mark_price_fee_rate_cap: option ? '0.125' : '0',
    base_asset_address: assetOf(instrument),
    base_asset_sub_id: `${subIdOf(instrument)}`,
    option_details: details || null,
    perp_details: option ? null : { index: `${underlying}-USD`, funding_rate: '0' },
    erc20_details: null,
  };
}

function pricingOf(instrument: Instrument, quote: Quote) {
  if (instrument.kind !== 'option') return null;
  const terms = { right: instrument.right, forward: quote.forward, strike: Number(instrument.strike), rate: 0 };
  const years = yearsBetween(quote.tsEvent, instrument.expiry);
  const answer = black76({ ...terms, years, vol: quote.markVol ?? 0 });
  if (!answer.ok) return null;
  const { delta, gamma } = answer.value;
  // Per vol point, and per day.
  const [vega, theta] = [answer.value.vega / 100, answer.value.theta / 365];
  return { delta, gamma, vega, theta, iv: quote.markVol ?? 0, forward: quote.forward, mark: quote.mark };
}

/** The band that orders are taken in. */
function bandOf({ tick }: Instrument, mark: number): { readonly least: string; readonly most: string } {
  const least = roundToStep(decimal((mark * 0.9).toFixed(12)), tick, 'down');
  const most = roundToStep(decimal((mark * 1.1 + 20 * Number(tick)).toFixed(12)), tick, 'up');
  return { least: least === '0' ? tick : least, most };
}

/** `ticker_slim`. */
export function wireSlim({ instrument }: Listed, quote: Quote): object {
  const pricing = pricingOf(instrument, quote);
  const { least, most } = bandOf(instrument, quote.mark);
  const option_pricing = pricing && {
    d: text(pricing.delta),
    g: text(pricing.gamma),
    v: text(pricing.vega),
    t: text(pricing.theta),
    i: text(pricing.iv),
    f: text(pricing.forward),
    m: text(pricing.mark),
    r: '0',
    df: '1',
    ai: '0',
    bi: '0',
  };
  return {
    timestamp: quote.tsEvent,
    instrument_ticker: {
      t: quote.tsEvent,
      a: text(quote.ask ?? 0),
      A: text(quote.ask === null ? 0 : quote.askSize),
      b: text(quote.bid ?? 0),
      B: text(quote.bid === null ? 0 : quote.bidSize),
      I: text(quote.index),
      M: text(quote.mark),
      f: pricing === null ? text((quote.funding8h ?? 0) / 8) : null,
      minp: least,
      maxp: most,
      option_pricing,
      stats: { c: '1', v: '1', p: '0', n: 1, oi: '1', h: text(quote.mark), l: text(quote.mark) },
    },
  };
}

/** `public/get_ticker`. */
export function wireTicker(listed: Listed, quote: Quote): object {
  return {
    ...wireInstrument(listed),
    best_ask_price: text(quote.ask ?? 0),
    best_ask_amount: text(quote.askSize),
    best_bid_price: text(quote.bid ?? 0),
    best_bid_amount: text(quote.bidSize),
    index_price: text(quote.index),
    mark_price: text(quote.mark),
    timestamp: quote.tsEvent,
    stats: { contract_volume: '1', high: '0', low: '0', percent_change: '0', usd_change: '0' },
  };
}
