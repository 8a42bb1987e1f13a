import { COST_PARTS } from './cost-split.ts';
import type { RouteAlternative, RouteQuestion, Routing } from './router.ts';

export const usd = (value: number): string => `${value.toFixed(2)} USD`;
export const brief = (value: number): string => String(Number(value.toPrecision(8)));

const WAYS: Readonly<Record<RouteAlternative['way'], (path: string | null) => string>> = {
  single: (path) => `${path} alone`,
  'pro-rata': () => 'a split in proportion to depth',
  without: (path) => `doing without ${path}`,
  nothing: () => 'doing nothing',
};

function nothingBecause({ paths, wanted, collar }: RouteQuestion): string {
  const lot = Math.min(...paths.map((path) => path.minimum * path.coinsPerUnit));
  if (wanted < lot) return `${brief(wanted)} is under the smallest order, ${brief(lot)}`;
  return `every lot, with the fixed cost of its path, costs more than the collar of ${usd(collar)} a coin`;
}

/** Paths that what the account has free holds below what is wanted. */
function boundsOf({ paths, wanted }: RouteQuestion): readonly string[] {
  return paths.flatMap(({ account, instrument, mostCoins }) =>
    mostCoins === null || mostCoins >= wanted
      ? []
      : [`${account} holds margin or cash for ${brief(mostCoins)} more of ${instrument}.`],
  );
}

/**
 * Sentences for the trader: what it costs, why not the next best, what the best move of a lot would do, whose margin
 * bounds it, what is left.
 */
export function reasonsFor(question: RouteQuestion, routing: Omit<Routing, 'reasons'>): readonly string[] {
  const { slices, cost, proof, alternatives, unplacedCoins } = routing;
  const parts = COST_PARTS.filter((part) => cost[part] !== 0).map((part) => `${part} ${cost[part].toFixed(2)}`);
  const lines = [
    slices.length === 0
      ? `Nothing is placed: ${nothingBecause(question)}.`
      : `${slices.length} ${slices.length === 1 ? 'order' : 'orders'} for ${usd(cost.total)} = ${parts.join(' + ')}.`,
  ];
  const next = alternatives[0];
  if (next) {
    lines.push(`Next best is ${WAYS[next.way](next.path)}: ${usd(next.moreUsd)} more, mostly ${next.mostly}.`);
  }
  const { reallocation } = proof;
  if (reallocation) {
    const where = reallocation.to === null ? 'leaving it unplaced' : `to ${reallocation.to}`;
    lines.push(
      `The best move of one lot, from ${reallocation.from} ${where}, costs ${usd(reallocation.changeUsd)} more.`,
    );
  }
  lines.push(...boundsOf(question));
  if (proof.kind === 'bound') lines.push(`The search was cut short: at most ${usd(proof.gapUsd)} could be saved.`);
  if (unplacedCoins > 0) lines.push(`${brief(unplacedCoins)} stays unplaced.`);
  return lines;
}
