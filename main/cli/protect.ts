import { proposeProtection, standingsOf } from '#shared/control/deleverager.ts';
import { STANDING_STILL, timeToLiquidation } from '#shared/control/time-to-liquidation.ts';
import { protectionFile } from '#shared/ipc/protection-file.ts';
import { frontier } from '#shared/risk/frontier.ts';
import { poolBook, poolKey } from '#shared/risk/pool-book.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { type Command, DONE, options, readInput, toJson } from './command.ts';
import { assembleState, readState, reportOf, STATE_OPTIONS } from './measure.ts';

export const protect: Command = {
  usage: 'keel protect --book BOOK.json --market MARKET.json [--policy POLICY.json]',
  about: 'top-ups and reductions for endangered pools, beside what the venue would take, as JSON; sends nothing',
  async run(args, output) {
    const { values } = options(args, { ...STATE_OPTIONS, policy: { type: 'string' } });
    const policy = values.policy === undefined ? protectionFile.parse({}) : readInput(protectionFile, values.policy);
    const state = readState(values);
    const assembled = assembleState(state, defaultAxes());
    const { pools } = reportOf(assembled);
    const silent = new Set<string>();
    const lines = frontier(assembled);
    const times = timeToLiquidation(assembled, STANDING_STILL);
    const proposals = proposeProtection({
      book: poolBook(assembled),
      tradable: { market: state.market, instruments: state.held.instruments, depth: new Map() },
      orders: [],
      policy,
      standings: standingsOf(pools, { frontier: lines, probability: new Map(), motion: new Map(), silent }),
      before: new Map(),
      silent,
      refused: new Set(),
      untilLiquidation: new Map(times.map((one) => [poolKey(one.account, one.currency), one.untilLiquidation])),
      used: { topUpUsd: 0, reduceUsd: 0, costUsd: 0 },
    });
    output.result(toJson({ policy, proposals }));
    return DONE;
  },
};
