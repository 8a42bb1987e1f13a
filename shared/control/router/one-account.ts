import { bestSingle } from './alternatives.ts';
import { choiceOf, type Limits } from './choice.ts';
import { pathKey, type RoutePath } from './path.ts';
import type { Unusable } from './router.ts';

/**
 * Two accounts that trade one instrument take from the same book, and its depth must not be counted twice: of those,
 * the one that alone would serve the order cheapest is kept. An account whose margin ends first so leaves the rest of
 * the book unused: the answer is never cheaper than it can be had.
 */
export function oneAccountPerBook(
  paths: readonly RoutePath[],
  limits: Limits,
): { readonly paths: readonly RoutePath[]; readonly unusable: readonly Unusable[] } {
  const groups = new Map<string, RoutePath[]>();
  for (const path of paths) groups.set(path.instrument, [...(groups.get(path.instrument) ?? []), path]);
  const kept = new Set<RoutePath>();
  const unusable: Unusable[] = [];
  for (const group of groups.values()) {
    const best = group.length === 1 ? 0 : (bestSingle(choiceOf(group, limits))?.path ?? 0);
    const winner = group[best];
    if (!winner) continue;
    kept.add(winner);
    for (const { account, instrument } of group) {
      if (account === winner.account) continue;
      unusable.push({ account, instrument, why: `the same book is cheaper through ${pathKey(winner)}` });
    }
  }
  return { paths: paths.filter((path) => kept.has(path)), unusable };
}
