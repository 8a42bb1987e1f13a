import { FaultError, fault } from '#shared/units/result.ts';

/** What the choice of the best of many strategies is worth outside of the sample it was chosen in. */
export interface Overfitting {
  /** Share of the splits in which the best inside was below the median outside. */
  readonly probability: number;
  /** logit of the best one's relative rank outside, one for each split. */
  readonly logits: Float64Array;
  /** Share of the splits in which the best inside lost outside. */
  readonly lossProbability: number;
}

/** Splits grow as the binomial coefficient: 16 blocks are 12,870 of them. */
const MOST_BLOCKS = 16;

function sharpe(sum: number, squares: number, count: number): number {
  const mean = sum / count;
  const variance = Math.max(squares / count - mean * mean, 0);
  // Nothing that varies: better than nothing at all only by its sign.
  return variance === 0 ? Math.sign(mean) * Number.MAX_VALUE : mean / Math.sqrt(variance);
}

/** Every choice of half of the blocks, as bit sets. */
function* halves(blocks: number): Generator<number> {
  for (let set = 0; set < 1 << blocks; set++) {
    let count = 0;
    for (let rest = set; rest > 0; rest &= rest - 1) count += 1;
    if (count === blocks / 2) yield set;
  }
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: the periods are cut into `blocks`
 * even parts; for every choice of half of them the strategy with the best Sharpe ratio inside is ranked outside, among
 * all. Bailey, Borwein, López de Prado & Zhu (2017), "The probability of backtest overfitting", Journal of Computational
 * Finance 20(4). `returns`: one column a strategy, equally long; what is left over by even blocks at the end is not used.
 * Throws FaultError for fewer than two strategies or too few periods.
 */
export function overfitting(returns: readonly Float64Array[], blocks = MOST_BLOCKS): Overfitting {
  const periods = Math.min(...returns.map((one) => one.length));
  const size = Math.floor(periods / blocks);
  if (returns.length < 2 || size < 1 || blocks % 2 !== 0 || blocks < 2 || blocks > MOST_BLOCKS) {
    const message = `overfitting: expected 2 strategies or more and ${blocks} even blocks (at most ${MOST_BLOCKS}), was ${returns.length} of ${periods} periods`;
    throw new FaultError(fault('overfitting', message));
  }
  const sums = returns.map((column) => blockSums(column, blocks, size));
  const logits: number[] = [];
  let [below, lost] = [0, 0];
  for (const inside of halves(blocks)) {
    const rates = sums.map((one) => [
      halfSharpe(one, inside, size),
      halfSharpe(one, ~inside & ((1 << blocks) - 1), size),
    ]);
    let best = 0;
    for (let k = 1; k < rates.length; k++) if ((rates[k]?.[0] ?? 0) > (rates[best]?.[0] ?? 0)) best = k;
    const own = rates[best]?.[1] ?? 0;
    const rank = rates.filter(([, outside]) => (outside ?? 0) < own).length + 1;
    const share = rank / (rates.length + 1);
    const logit = Math.log(share / (1 - share));
    logits.push(logit);
    if (logit <= 0) below += 1;
    if (own < 0) lost += 1;
  }
  const splits = logits.length;
  return { probability: below / splits, lossProbability: lost / splits, logits: Float64Array.from(logits) };
}

interface BlockSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function blockSums(column: Float64Array, blocks: number, size: number): BlockSums {
  const [sum, squares] = [new Float64Array(blocks), new Float64Array(blocks)];
  for (let row = 0; row < blocks * size; row++) {
    const [block, value] = [Math.floor(row / size), column[row] ?? 0];
    sum[block] = (sum[block] ?? 0) + value;
    squares[block] = (squares[block] ?? 0) + value * value;
  }
  return { sum, squares };
}

function halfSharpe({ sum, squares }: BlockSums, set: number, size: number): number {
  let [total, square, count] = [0, 0, 0];
  for (let block = 0; block < sum.length; block++) {
    if ((set & (1 << block)) === 0) continue;
    total += sum[block] ?? 0;
    square += squares[block] ?? 0;
    count += size;
  }
  return sharpe(total, square, count);
}

/** One split of a walk forward: rows [from, until) to fit on and rows [from, until) to judge by. */
export interface WalkForwardSplit {
  readonly train: { readonly from: number; readonly until: number };
  readonly test: { readonly from: number; readonly until: number };
}

/**
 * Splits of `rows` in the order of time: each judged stretch follows what was fitted on, with `embargo` rows in between
 * that belong to neither. Stretches to judge by do not overlap. `anchored`: fitting always begins at the first row.
 */
export function walkForward(
  rows: number,
  {
    train,
    test,
    embargo = 0,
    anchored = false,
  }: { readonly train: number; readonly test: number; readonly embargo?: number; readonly anchored?: boolean },
): readonly WalkForwardSplit[] {
  const splits: WalkForwardSplit[] = [];
  if (!(train >= 1 && test >= 1 && embargo >= 0)) {
    throw new FaultError(
      fault('walk-forward', `walk forward: expected stretches of 1 row or more, was ${train} and ${test}`),
    );
  }
  for (let from = 0; from + train + embargo + test <= rows; from += test) {
    const judged = from + train + embargo;
    splits.push({
      train: { from: anchored ? 0 : from, until: from + train },
      test: { from: judged, until: judged + test },
    });
  }
  return splits;
}
