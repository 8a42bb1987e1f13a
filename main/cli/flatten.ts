import { rehearseFlatten } from '#shared/control/flatten.ts';
import { DEFAULT_EXIT, exitLoan } from '#shared/control/loan-exit.ts';
import { DEFAULT_PROTECTION } from '#shared/control/protection-policy.ts';
import { poolBook } from '#shared/risk/pool-book.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { type Command, DONE, options, toJson, usageFault } from './command.ts';
import { assembleState, readState, STATE_OPTIONS } from './measure.ts';

export const flatten: Command = {
  usage: 'keel flatten --book BOOK.json --market MARKET.json [--account ID] [--venue ID]',
  about:
    'the rehearsal of closing everything: legs in order, slippage, margin on the way, exits of loans; sends nothing',
  async run(args, output) {
    const { values } = options(args, { ...STATE_OPTIONS, account: { type: 'string' }, venue: { type: 'string' } });
    const state = readState(values);
    const book = poolBook(assembleState(state, defaultAxes()));
    const { account, venue } = values;
    const chosen = book.pools.filter(
      (one) =>
        (account === undefined || one.account.id === account) && (venue === undefined || one.account.venue === venue),
    );
    if (chosen.length === 0) throw usageFault(`no pool of account ${account ?? 'any'} at venue ${venue ?? 'any'}`);
    const plan = rehearseFlatten({
      book,
      tradable: { market: state.market, instruments: state.held.instruments, depth: new Map() },
      orders: [],
      silent: new Set(),
      scope: new Set(chosen.map((one) => one.key)),
      stress: DEFAULT_PROTECTION.stress,
    });
    const exits = chosen
      .filter((one) => one.rules.name === 'aave-v3')
      .map((one) => ({ account: one.account.id, ...exitLoan(one.pool, [], DEFAULT_EXIT) }))
      .map((one) => ({ ...one, wallet: Object.fromEntries(one.wallet) }));
    output.result(toJson({ ...plan, exits }));
    return DONE;
  },
};
