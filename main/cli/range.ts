import { proposeRange } from '#shared/control/lp-rebalancer.ts';
import { rangeFile, rangeFrom } from '#shared/ipc/range-file.ts';
import { type Command, DONE, options, readInput, required, toJson } from './command.ts';

export const range: Command = {
  usage: 'keel range --position RANGE.json',
  about:
    'a liquidity range: fees against loss-versus-rebalancing; leave, re-centre, hedge or withdraw, as JSON; sends nothing',
  async run(args, output) {
    const { values } = options(args, { position: { type: 'string' } });
    const file = readInput(rangeFile, required(values.position, '--position RANGE.json'));
    output.result(toJson(proposeRange(rangeFrom(file))));
    return DONE;
  },
};
