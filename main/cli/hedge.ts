import { type HedgeQuestion, proposeHedge, wantedDelta } from '#shared/control/delta-hedger.ts';
import { splitHedge } from '#shared/control/hedge-split.ts';
import { type OptionCandidate, type OptionHedge, proposeOptionHedge } from '#shared/control/option-hedge.ts';
import { optionUnit } from '#shared/control/option-unit.ts';
import { policyFile, policyFrom } from '#shared/ipc/hedge-policy-file.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { poolsWith, withOrders } from '#shared/risk/what-if.ts';
import { toNumber } from '#shared/units/decimal.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { unwrap } from '#shared/units/result.ts';
import { type Command, DONE, options, readInput, toJson } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS, type State } from './measure.ts';

/** A file has no depth beyond the touch: what is quoted is all that is there. */
function touch(market: MarketSnapshot): ReadonlyMap<string, OrderBook> {
  return new Map(
    [...market.quotes.values()].map((quote) => [
      quote.instrument,
      {
        instrument: quote.instrument,
        bids: quote.bid === null ? [] : [{ price: quote.bid, size: quote.bidSize }],
        asks: quote.ask === null ? [] : [{ price: quote.ask, size: quote.askSize }],
        at: quote.tsEvent,
      },
    ]),
  );
}

/** ∂delta/∂vol by revaluation half a vol point either way, coins per vol point. */
function vannaOf(state: State, underlying: UnderlyingId): number {
  const deltaAt = (shift: number): number => {
    const quotes = new Map(
      [...state.market.quotes].map(([name, quote]) => [
        name,
        quote.markVol === null ? quote : { ...quote, markVol: quote.markVol + shift },
      ]),
    );
    const report = reportOf(assembleState({ ...state, market: { ...state.market, quotes } }, defaultAxes()));
    return report.exposures.find((one) => one.by === 'underlying' && one.key === underlying)?.delta ?? 0;
  };
  return deltaAt(0.005) - deltaAt(-0.005);
}

/** Options of the underlying that every account of their venue may trade. */
function optionCandidates(state: State, underlying: UnderlyingId): readonly OptionCandidate[] {
  const { quotes, asOf } = state.market;
  return [...state.held.instruments.values()].flatMap((instrument) => {
    const quote = quotes.get(instrument.id);
    if (instrument.kind !== 'option' || instrument.underlying !== underlying || !quote) return [];
    const unit = optionUnit(instrument, quote, asOf);
    const accounts = state.held.accounts.filter((one) => one.venue === instrument.venue);
    return unit ? accounts.map((one) => ({ account: one.id, instrument, unit })) : [];
  });
}

function withTrades(state: State, hedge: OptionHedge | null): State {
  const orders = (hedge?.trades ?? []).map((trade) => trade.order);
  return orders.length === 0 ? state : { ...state, held: withOrders(state.held, orders, state.market) };
}

export const hedge: Command = {
  usage: 'keel hedge --book BOOK.json --market MARKET.json [--policy POLICY.json]',
  about: 'a hedge of delta, gamma and vega with reasons, costs and the band, as JSON; sends nothing',
  async run(args, output) {
    const { values } = options(args, { ...STATE_OPTIONS, policy: { type: 'string' } });
    const file = values.policy === undefined ? policyFile.parse({}) : readInput(policyFile, values.policy);
    const policy = policyFrom(file, 'hand');
    const { underlying } = file;
    const before = readState(values);
    const held = reportOf(assembleState(before, defaultAxes())).exposures.find(
      (one) => one.by === 'underlying' && one.key === underlying,
    );
    const byOptions = held ? proposeOptionHedge(policy, held, optionCandidates(before, underlying)) : null;
    // Delta is hedged on the book as it is once the options have filled.
    const state = withTrades(before, byOptions);
    const question: HedgeQuestion = {
      id: 'cli',
      underlying,
      report: reportOf(assembleState(state, defaultAxes())),
      market: state.market,
      accounts: state.held.accounts,
      instruments: [...state.held.instruments.values()],
      depth: touch(state.market),
      deltaInFlight: 0,
      policy,
      ratio: file.ratio,
      route: null,
      whatIf: (orders) => poolsWith(state.held, orders, { market: state.market, now: state.market.asOf }),
      cash: new Map([...state.held.balances].map((one) => [`${one.account}|${one.currency}`, toNumber(one.cash)])),
      vanna: policy.band.rule === 'zakamouline' ? vannaOf(state, underlying) : 0,
    };
    const proposal = unwrap(proposeHedge(question));
    const { band, current, target, ratio, routes } = proposal;
    const split = splitHedge(question, routes, wantedDelta(policy, { gap: current - target, band, ratio }));
    output.result(toJson({ ...proposal, options: byOptions, split }));
    return DONE;
  },
};
