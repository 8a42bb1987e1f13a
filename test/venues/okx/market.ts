import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import type { Level, OrderBook } from '#shared/market/order-book.ts';
import type { Quote } from '#shared/market/quote.ts';
import { black76 } from '#shared/pricing/black76.ts';
import { decimal } from '#shared/units/decimal.ts';
import { HOUR, yearsBetween } from '#shared/units/time.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { type OkxName, okxName, toContracts } from './names.ts';

/** An instrument and its name at OKX. */
export interface Listed {
  readonly instrument: Instrument;
  readonly name: OkxName;
}

export function listedAt(work: Clockwork): readonly Listed[] {
  return work.exchange.instruments(DERIBIT).flatMap((instrument) => {
    const name = okxName(instrument);
    return name === null ? [] : [{ instrument, name }];
  });
}

/** `public/instruments`. */
export function wireInstrument({ instrument, name }: Listed): object {
  const { underlying, quote, settlement, tick, lot, kind } = instrument;
  const family = name.id.split('-').slice(0, 2).join('-');
  const steps = toContracts(name, lot);
  const money =
    name.type === 'SPOT'
      ? { baseCcy: underlying, quoteCcy: quote, settleCcy: '', uly: '', instFamily: '', ctType: '' }
      : {
          baseCcy: '',
          quoteCcy: '',
          settleCcy: settlement,
          uly: family,
          instFamily: family,
          ctType: instrument.payoff,
        };
  return {
    instId: name.id,
    instType: name.type,
    ...money,
    ctVal: name.ctVal,
    ctMult: name.ctMult,
    tickSz: tick,
    lotSz: steps,
    minSz: steps,
    lever: kind === 'option' ? '' : '10',
    optType: kind === 'option' ? (instrument.right === 'call' ? 'C' : 'P') : '',
    stk: kind === 'option' ? instrument.strike : '',
    expTime: 'expiry' in instrument ? `${instrument.expiry}` : '',
    listTime: '1534242287000',
    state: 'live',
  };
}

const text = (value: number | null): string => (value === null ? '' : decimal(value.toFixed(12)));

/** `market/tickers` and the channel `tickers`. */
export function wireTicker({ instrument, name }: Listed, quote: Quote): object {
  const contracts = (size: number) => toContracts(name, decimal(size));
  return {
    instType: name.type,
    instId: name.id,
    last: text(quote.mark),
    lastSz: '1',
    bidPx: text(quote.bid),
    bidSz: quote.bid === null ? '' : contracts(quote.bidSize),
    askPx: text(quote.ask),
    askSz: quote.ask === null ? '' : contracts(quote.askSize),
    open24h: text(quote.mark),
    high24h: text(quote.mark),
    low24h: text(quote.mark),
    volCcy24h: '100',
    vol24h: instrument.kind === 'option' ? '10' : '1000',
    ts: `${quote.tsEvent}`,
  };
}

export function wireMark({ name }: Listed, quote: Quote): object {
  return { instType: name.type, instId: name.id, markPx: text(quote.mark), ts: `${quote.tsEvent}` };
}

export function wireFunding({ name }: Listed, quote: Quote): object {
  const at = Math.floor(quote.tsEvent / (8 * HOUR)) * 8 * HOUR;
  return {
    instType: name.type,
    instId: name.id,
    fundingRate: text(quote.funding8h ?? 0),
    nextFundingRate: '',
    fundingTime: `${at + 8 * HOUR}`,
    nextFundingTime: `${at + 16 * HOUR}`,
    method: 'current_period',
  };
}

/** `public/opt-summary`: Greeks in coin with the premium taken off, and by Black-Scholes in dollars. */
export function wireSummary({ instrument, name }: Listed, quote: Quote): object | null {
  if (instrument.kind !== 'option') return null;
  const terms = { right: instrument.right, forward: quote.forward, strike: Number(instrument.strike), rate: 0 };
  const years = yearsBetween(quote.tsEvent, instrument.expiry);
  const answer = black76({ ...terms, years, vol: quote.markVol ?? 0 });
  if (!answer.ok) return null;
  const { delta, gamma } = answer.value;
  // Per vol point, and per day.
  const [vega, theta] = [answer.value.vega / 100, answer.value.theta / 365];
  return {
    instType: 'OPTION',
    instId: name.id,
    uly: 'BTC-USD',
    delta: text(delta - quote.mark),
    gamma: text(gamma * quote.forward),
    vega: text(vega / quote.forward),
    theta: text(theta / quote.forward),
    deltaBS: text(delta),
    gammaBS: text(gamma),
    vegaBS: text(vega),
    thetaBS: text(theta),
    lever: '',
    markVol: text(quote.markVol),
    bidVol: '',
    askVol: '',
    realVol: '',
    fwdPx: text(quote.forward),
    volLv: '',
    ts: `${quote.tsEvent}`,
  };
}

/** A book as `market/books` and the channel `books` tell it: [price, contracts, "0", orders]. */
export function wireSides(name: OkxName, { bids, asks }: Pick<OrderBook, 'bids' | 'asks'>): object {
  const side = (levels: readonly Level[]) =>
    levels.map(({ price, size }) => [text(price), toContracts(name, decimal(size)), '0', '1']);
  return { asks: side(asks), bids: side(bids) };
}
