import { defaultAxes } from '#shared/risk/problem.ts';
import { type Command, DONE, options, toJson } from './command.ts';
import { assembleState, readable, readState, reportOf, STATE_OPTIONS } from './measure.ts';

export const risk: Command = {
  usage: 'keel risk --book BOOK.json --market MARKET.json',
  about: 'the risk report as JSON: positions, exposures, margin, liquidation distances, scenario grid',
  async run(args, output) {
    const { values } = options(args, STATE_OPTIONS);
    output.result(toJson(readable(reportOf(assembleState(readState(values), defaultAxes())))));
    return DONE;
  },
};
