import { aggregate } from '#shared/risk/aggregate.ts';
import { valueUnits } from '#shared/risk/valuation.ts';
import { cPeers } from './c-peers.ts';
import { median } from './figures.ts';
import { largeBook } from './risk-report.ts';

const PASSES = 20;

/**
 * 100,000 positions over 2,000 options and four accounts summed by underlying, expiry, venue, account and book, eight
 * figures each, against bench_c: eight Greeks per position into underlying × expiry × venue, position by position
 * ("direct"), and netted first without cost or gross ("two-step"). ns of processor time per position; rounds alternate.
 */
export async function aggregateVsC(options: { readonly peers: string | null; readonly rounds: number }) {
  const problem = largeBook();
  const unit = valueUnits(problem);
  const once = (): number => {
    const started = process.cpuUsage().user;
    for (let pass = 0; pass < PASSES; pass++) aggregate(problem, unit);
    return ((process.cpuUsage().user - started) / PASSES / problem.holdings.count) * 1e3;
  };
  for (let warm = 0; warm < 10; warm++) once();
  const peers = await cPeers(options.peers);
  const rounds = Array.from({ length: options.rounds }, () => {
    const ours = median(Array.from({ length: 9 }, once));
    return { ours, c: peers.kernel() };
  });
  const measured = rounds.flatMap(({ ours, c }) =>
    c ? [{ ours, direct: c.aggregate, netted: c.aggregateNetted }] : [],
  );
  const figure = (of: (round: (typeof measured)[number]) => number) =>
    measured.length === 0 ? null : median(measured.map(of));
  return {
    aggregate_vs_c: figure(({ ours, direct }) => ours / direct),
    aggregate_vs_c_netted: figure(({ ours, netted }) => ours / netted),
    aggregate_ns: median(rounds.map(({ ours }) => ours)),
    ...(measured.length === 0 ? { aggregate_vs_c_why: peers.why } : {}),
  };
}
