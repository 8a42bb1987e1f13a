import { proposeHedge } from '#shared/control/delta-hedger.ts';
import { policyFile, policyFrom } from '#shared/ipc/files.ts';
import type { OrderBook } from '#shared/market/order-book.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { poolsWith } from '#shared/risk/what-if.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { type Command, DONE, options, readInput, toJson } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS } from './measure.ts';

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

export const hedge: Command = {
  usage: 'keel hedge --book BOOK.json --market MARKET.json [--policy POLICY.json]',
  about: 'a delta hedge with reasons, costs and the band, as JSON; sends nothing',
  async run(args, output) {
    const { values } = options(args, { ...STATE_OPTIONS, policy: { type: 'string' } });
    const policy = values.policy === undefined ? policyFile.parse({}) : readInput(policyFile, values.policy);
    const state = readState(values);
    const report = reportOf(assembleState(state, defaultAxes()));
    const proposal = proposeHedge({
      id: 'cli',
      underlying: policy.underlying,
      report,
      market: state.market,
      accounts: state.held.accounts,
      instruments: [...state.held.instruments.values()],
      depth: touch(state.market),
      deltaInFlight: 0,
      policy: policyFrom(policy),
      ratio: policy.ratio,
      route: null,
      whatIf: (orders) => poolsWith(state.held, orders, { market: state.market, now: state.market.asOf }),
      cash: new Map([...state.held.balances].map((one) => [`${one.account}|${one.currency}`, toNumber(one.cash)])),
    });
    output.result(toJson(unwrap(proposal)));
    return DONE;
  },
};
