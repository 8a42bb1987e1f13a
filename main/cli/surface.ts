import { SMILE_DYNAMICS, type SmileDynamics } from '#shared/pricing/smile-dynamics.ts';
import type { SliceArbitrage } from '#shared/pricing/surface-fit/arbitrage.ts';
import type { LeftOut, LeftOutReason, OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import {
  type ExpiryFit,
  fitSurface,
  type SurfaceFit,
  type SurfaceModel,
} from '#shared/pricing/surface-fit/fit-surface.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { readChains } from './chain-file.ts';
import { type Command, DONE, options, required, toJson, usageFault } from './command.ts';
import { nameOf } from './csv-job.ts';
import { ResultFile } from './result-file.ts';
import { GREEKS_HEAD, greeksLines } from './smile-greeks.ts';

const MODELS: readonly SurfaceModel[] = ['svi', 'ssvi'];
/** More quotes left out than this are counted but not listed. */
const MOST_LISTED = 5_000;

function chosen<T extends string>(name: string, text: string, values: readonly T[]): T {
  const value = values.find((one) => one === text);
  if (value === undefined) throw usageFault(`${name}: expected ${values.join(' or ')}, was "${text}"`);
  return value;
}

function momentOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw usageFault(`--at: expected a time in ISO 8601, was "${text}"`);
  return at;
}

/** Violations as numbers: points of the grid, and the worst of them. */
function violations(found: SliceArbitrage | null) {
  return {
    butterfly: found?.butterfly?.points ?? 0,
    worstG: found?.butterfly?.worstG ?? null,
    calendar: found?.calendar?.points ?? 0,
    worstCalendarVolPoints: found?.calendar?.worstVolPoints ?? null,
  };
}

function expiryJson(underlying: string, fit: ExpiryFit) {
  const { errors, theta, years } = fit;
  return {
    underlying,
    expiry: isoSeconds(fit.expiry),
    years,
    forward: fit.forward,
    forwardFrom: fit.forwardFrom,
    parameters: fit.parameters,
    atmVol: theta === null ? null : Math.sqrt(theta / years),
    quotes: { twoSided: fit.twoSided, fitted: fit.fitted, insideBidAsk: errors?.inside ?? 0 },
    errorVolPoints: {
      median: errors?.medianVolPoints ?? null,
      rms: errors?.rmsVolPoints ?? null,
      max: errors?.maxVolPoints ?? null,
      medianHalfSpread: errors?.medianHalfSpreadVolPoints ?? null,
    },
    arbitrage: { before: violations(fit.arbitrageBefore), after: violations(fit.arbitrageAfter) },
  };
}

function leftOutJson(all: readonly (LeftOut & { readonly underlying: string })[]) {
  const counts: Partial<Record<LeftOutReason, number>> = {};
  for (const { reason } of all) counts[reason] = (counts[reason] ?? 0) + 1;
  return { counts, listed: Math.min(all.length, MOST_LISTED), quotes: all.slice(0, MOST_LISTED) };
}

function surfaceJson(fits: readonly SurfaceFit[], model: SurfaceModel) {
  const leftOut = fits.flatMap((fit) => fit.leftOut.map((one) => ({ underlying: fit.underlying, ...one })));
  return {
    model,
    snapshot: isoSeconds(fits[0]?.asOf ?? 0),
    underlyings: fits.map(({ underlying, rate, shape, repair }) => ({ underlying, rate, ssvi: shape, repair })),
    expiries: fits.flatMap((fit) => fit.expiries.map((one) => expiryJson(fit.underlying, one))),
    leftOut: leftOutJson(leftOut.sort((a, b) => a.row - b.row)),
  };
}

async function writeGreeks(
  file: string,
  chains: readonly OptionChain[],
  fits: readonly SurfaceFit[],
  dynamics: SmileDynamics,
): Promise<void> {
  if (file === '-') throw usageFault('--greeks: expected the name of a file, was "-"');
  const lines = fits.flatMap((fit, i) => (chains[i] ? greeksLines(chains[i], fit, dynamics) : []));
  const result = new ResultFile(file);
  try {
    result.write([GREEKS_HEAD, ...lines, ''].join('\n'));
    await result.commit();
  } finally {
    result.discard();
  }
}

export const surface: Command = {
  usage: 'keel surface --in CHAIN.csv [--model svi|ssvi] [--at TIME] [--greeks FILE.csv] [--dynamics RULE]',
  about:
    'fits one snapshot of an option chain: parameters, fit errors in vol points, arbitrage before and after, as JSON; ' +
    `--greeks writes price and Greeks with the smile, which moves by ${SMILE_DYNAMICS.join(', ')}`,
  async run(args, output) {
    const { values } = options(args, {
      in: { type: 'string' },
      model: { type: 'string', default: 'svi' },
      at: { type: 'string' },
      greeks: { type: 'string' },
      dynamics: { type: 'string', default: 'sticky-delta' },
    });
    const file = required(values.in, '--in CHAIN.csv');
    const model = chosen('--model', values.model, MODELS);
    const dynamics = chosen('--dynamics', values.dynamics, SMILE_DYNAMICS);
    const chains = await readChains(file, momentOf(values.at));
    const fits = chains.map((chain) => fitSurface(chain, model));
    if (fits.every(({ slices }) => slices.length === 0)) {
      throw usageFault(`${nameOf(file)}: expected an option with a bid and an ask that can be fitted, was none`);
    }
    if (values.greeks !== undefined) await writeGreeks(values.greeks, chains, fits, dynamics);
    output.result(toJson(surfaceJson(fits, model)));
    return DONE;
  },
};
