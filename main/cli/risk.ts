import type { Assembled } from '#shared/risk/assemble.ts';
import { betaWeights, type DeltaWeights, exposures, heldVolWeights } from '#shared/risk/exposure.ts';
import { frontier } from '#shared/risk/frontier.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { type Command, DONE, options, toJson, usageFault } from './command.ts';
import { assembleState, readable, readState, reportOf, STATE_OPTIONS } from './measure.ts';

/** "ETH=1.2,SOL=1.5" as betas by underlying. */
function betasFrom(text: string): Readonly<Record<UnderlyingId, number>> {
  const pairs = text.split(',').map((pair) => {
    const [name = '', beta = ''] = pair.split('=');
    if (name === '' || beta.trim() === '' || !Number.isFinite(Number(beta))) {
      throw usageFault(`--betas: expected NAME=NUMBER,... such as ETH=1.2,SOL=1.5, was "${text}"`);
    }
    return [name, Number(beta)] as const;
  });
  return Object.fromEntries(pairs);
}

/** The underlying that weighted deltas are counted in. */
function benchmarkOf({ identity }: Assembled, given: string | undefined): UnderlyingId {
  const { underlyings } = identity;
  const benchmark = given ?? (underlyings.includes('BTC') ? 'BTC' : (underlyings[0] ?? 'BTC'));
  if (given === undefined || underlyings.includes(given)) return benchmark;
  throw usageFault(`--benchmark: expected one of ${underlyings.join(', ')}, was "${given}"`);
}

/** Net and gross by every cut, with what a dollar of delta in each underlying counts for in dollars of the benchmark. */
function netAndGross(assembled: Assembled, benchmark: UnderlyingId, betas: DeltaWeights | null) {
  const weights = betas ?? heldVolWeights(assembled, benchmark);
  return {
    benchmark,
    weightedBy: betas ? 'beta' : 'vol',
    weights: Object.fromEntries(assembled.identity.underlyings.map((name) => [name, weights.get(name) ?? 1])),
    cuts: exposures(assembled, { weights }),
  };
}

export const risk: Command = {
  usage: 'keel risk --book BOOK.json --market MARKET.json [--benchmark BTC] [--betas ETH=1.2,SOL=1.5]',
  about:
    'the risk report as JSON: positions, exposures, net and gross by every cut, margin, liquidation distances, nearest joint breach of each pool and of the book, scenario grid; deltas weighted by beta, or by vol where no betas are given',
  async run(args, output) {
    const { values } = options(args, {
      ...STATE_OPTIONS,
      benchmark: { type: 'string' },
      betas: { type: 'string' },
    });
    const betas = values.betas === undefined ? null : betaWeights(betasFrom(values.betas));
    const assembled = assembleState(readState(values), defaultAxes());
    const netted = netAndGross(assembled, benchmarkOf(assembled, values.benchmark), betas);
    const report = readable(reportOf(assembled));
    output.result(toJson({ ...report, netAndGross: netted, frontier: frontier(assembled) }));
    return DONE;
  },
};
