import { frontier } from '#shared/risk/frontier.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { type Command, DONE, options, toJson } from './command.ts';
import { assembleState, readable, readState, reportOf, STATE_OPTIONS } from './measure.ts';

export const risk: Command = {
  usage: 'keel risk --book BOOK.json --market MARKET.json',
  about:
    'the risk report as JSON: positions, exposures, margin, liquidation distances, nearest joint breach of each pool and of the book, scenario grid',
  async run(args, output) {
    const { values } = options(args, STATE_OPTIONS);
    const assembled = assembleState(readState(values), defaultAxes());
    output.result(toJson({ ...readable(reportOf(assembled)), frontier: frontier(assembled) }));
    return DONE;
  },
};
