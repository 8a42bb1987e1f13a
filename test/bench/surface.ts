import { join } from 'node:path';
import { readChains } from '#main/cli/chain-file.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { black76Price } from '#shared/pricing/kernel/black76.ts';
import { allocateOptions } from '#shared/pricing/kernel/columns.ts';
import type { OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import { fitSurface, type SurfaceFit } from '#shared/pricing/surface-fit/fit-surface.ts';
import { smilesOf } from '#shared/pricing/surface-fit/smiles.ts';
import { YEAR } from '#shared/units/time.ts';
import { bidsOutOfReach } from '#test/support/largest-surface.ts';
import { pricedArbitrage } from '#test/support/static-arbitrage.ts';
import { chainsUnder } from './chains.ts';
import { type BenchOptions, type Figures, median } from './figures.ts';

const EXCERPTS = ['btc-2026-02-06', 'goog-2015-12-24'];
/** Of all chains, where only a look is wanted. */
const QUICK_EVERY = 8;
const PRICINGS = 100;

/** Pricing every option of a chain once at 60 % vol, as a function to be timed. */
function pricing(chain: OptionChain): () => void {
  const live = chain.quotes.filter(({ expiry }) => expiry > chain.asOf);
  const options = allocateOptions(live.length);
  live.forEach((quote, i) => {
    options.forward[i] = quote.forward ?? quote.strike;
    options.strike[i] = quote.strike;
    options.years[i] = (quote.expiry - chain.asOf) / YEAR;
    options.vol[i] = 0.6;
    options.right[i] = quote.right === 'call' ? 1 : -1;
  });
  const price = new Float64Array(live.length);
  return () => {
    if (!black76Price(live.length, options, price).ok) throw new Error(`${chain.underlying}: cannot be priced`);
  };
}

function elapsed(action: () => void, times: number): number {
  const started = performance.now();
  for (let i = 0; i < times; i++) action();
  return (performance.now() - started) / times;
}

/** How many times as long as pricing a chain once its fit takes: the fastest of each, timed in turns. */
function fitVsPricing(chain: OptionChain, rounds: number): number {
  const price = pricing(chain);
  let [fit, once] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    once = Math.min(once, elapsed(price, PRICINGS));
    fit = Math.min(
      fit,
      elapsed(() => void fitSurface(chain), 1),
    );
  }
  return fit / once;
}

function outside({ expiries }: SurfaceFit): { readonly misses: number; readonly quotes: number } {
  const quotes = expiries.reduce((sum, { twoSided }) => sum + twoSided, 0);
  return { quotes, misses: quotes - expiries.reduce((sum, { errors }) => sum + (errors?.inside ?? 0), 0) };
}

/** Arbitrage by the fit's own account and, on a grid of strikes, by prices. */
function arbitrages({ expiries, slices }: SurfaceFit): number {
  const found = expiries.filter(({ arbitrageAfter: after }) => after?.butterfly || after?.calendar);
  return found.length + pricedArbitrage(slices, 1.5, 0.01).length;
}

const add = (a: number, b: number): number => a + b;

function share(fits: readonly SurfaceFit[]): number {
  const all = fits.map(outside);
  return all.reduce((sum, { misses }) => sum + misses, 0) / all.reduce((sum, { quotes }) => sum + quotes, 0);
}

/** What the fits of many chains are worth; names begin with `prefix`. */
function quality(prefix: string, chains: readonly OptionChain[]): Figures {
  const fits = chains.map((chain) => fitSurface(chain));
  const common = chains.map((chain) => fitSurface(chain, 'ssvi'));
  const shares = fits.map((fit) => share([fit]));
  const sum = (of: (fit: SurfaceFit) => number) => fits.reduce((all, fit) => all + of(fit), 0);
  const found = (fit: SurfaceFit) =>
    fit.expiries.filter(({ arbitrageBefore: before }) => before?.butterfly || before?.calendar).length;
  return {
    [`${prefix}_outside_share`]: share(fits),
    [`${prefix}_arbitrage_after`]: sum(arbitrages) + common.reduce((all, fit) => all + arbitrages(fit), 0),
    [`${prefix}_worst_chain_outside`]: Math.max(...shares),
    [`${prefix}_ssvi_outside_share`]: share(common),
    [`${prefix}_bids_out_of_reach`]: chains.flatMap((chain) => bidsOutOfReach(smilesOf(chain).smiles)).reduce(add, 0),
    [`${prefix}_chains`]: chains.length,
    [`${prefix}_two_sided_quotes`]: sum((fit) => outside(fit).quotes),
    [`${prefix}_expiries_with_arbitrage_before`]: sum(found),
  };
}

/**
 * Surface fits: of the excerpts in the checkout, and of every snapshot of the chains under --data where it is given.
 * Speed as a multiple of pricing the chain once; the share of two-sided quotes whose bid–ask the surface does not pass
 * through (a quote whose bid has no vol is passed through from 0 to its ask), and how many bids no surface without
 * arbitrage could reach; arbitrage left, found twice.
 */
export async function surfaceFits({ data, quick, say }: BenchOptions): Promise<Figures> {
  const files = EXCERPTS.map((name) => join(ROOT, 'test', 'fixtures', 'chains', `${name}.csv`));
  const excerpts = (await Promise.all(files.map((file) => readChains(file, null)))).flat();
  const bitcoin = excerpts.find(({ underlying }) => underlying === 'BTC');
  if (!bitcoin) throw new Error('the excerpts hold no BTC chain');
  fitVsPricing(bitcoin, 20);
  const plain = { surface_fit_vs_pricing: fitVsPricing(bitcoin, quick ? 9 : 31), ...quality('surface', excerpts) };
  if (data === null) return plain;
  const chains = chainsUnder(data).filter((_, i) => !quick || i % QUICK_EVERY === 0);
  say(`${chains.length} chains`);
  const ratios = chains.filter(({ underlying }) => underlying === 'BTC').map((chain) => fitVsPricing(chain, 3));
  const speed = { surface_all_fit_vs_pricing: median(ratios), surface_all_slowest_vs_pricing: Math.max(...ratios) };
  return { ...plain, ...speed, ...quality('surface_all', chains) };
}
