import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startKernel } from '#main/risk/simd.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { kernel } from '#shared/pricing/kernel/kernel.ts';
import { accuracy } from './accuracy.ts';
import { aggregateVsC } from './aggregate.ts';
import { collateral } from './collateral.ts';
import { commitVsC } from './commit.ts';
import { controlLoop } from './control-loop.ts';
import { deleverage } from './deleverage.ts';
import { deribitTickerVsParse } from './deribit.ts';
import { type Bench, type BenchOptions, type Figures, rounded } from './figures.ts';
import { firstSnapshotVsCcxt } from './first-snapshot.ts';
import { frameVsEmpty } from './frames.ts';
import { hedgeFrontier } from './hedge-frontier.ts';
import { replayedSessions, tapeSize, unexplainedShare } from './history.ts';
import { historyStore } from './history-store.ts';
import { kernelVsC } from './kernel.ts';
import { keyToOrder } from './keys.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { reconciledSessions } from './reconciled.ts';
import { replayTicks } from './replay-ticks.ts';
import { riskReportVsC } from './risk-report.ts';
import { routerRatios, routerRegressions, routerSpeed } from './router.ts';
import { snapshotVsClone } from './snapshot.ts';
import { startVsEmpty } from './start.ts';
import { storeStartVsEmpty } from './start-store.ts';
import { surfaceFits } from './surface.ts';
import { sweepTwoVsOne } from './sweep.ts';
import { printTable, TARGETS } from './table.ts';
import { varVsPricing } from './var.ts';

const USAGE = `npm run -s bench -- [--json] [--quick | --long] [--only NAME] [--peers PATH] [--data PATH] [--store PATH]

  --json    one JSON object on standard output instead of a table; progress goes to standard error
  --quick   fewer and shorter rounds: for a look, not for the record
  --long    ten minutes of load, 10,000 crash books, 1,000 replayed sessions, 5,000,000 fills
  --only    benches whose figures' names begin with NAME, or with one of several, comma between
  --peers   folder of the C programs to compare with (its build.sh, cpp/ and js/)
  --store   folder that keeps the store of many fills between runs (a temporary one)
  --data    folder of market data to measure over, beside the excerpts in test/fixtures
`;

const PEERS = join(ROOT, '..', 'shared', 'bench', 'peers');
const DATA = join(ROOT, '..', 'shared', 'data');

function needed(data: string | null): string {
  if (data === null) throw new Error('--data PATH is missing');
  return data;
}

/** By the name of the figure each is for. Those that need quiet cores first. */
const BENCHES: Readonly<Record<string, Bench>> = {
  kernel: kernelVsC,
  risk_report_vs_c: ({ peers, quick }) => riskReportVsC({ peers, rounds: quick ? 3 : 9 }),
  var_vs_pricing: async ({ quick }) => varVsPricing({ rounds: quick ? 3 : 7 }),
  surface_fit_vs_pricing: surfaceFits,
  aggregate_vs_c: ({ peers, quick }) => aggregateVsC({ peers, rounds: quick ? 3 : 7 }),
  accuracy_price_rel: async () => accuracy(),
  router_20x1000: async ({ quick }) => routerSpeed({ rounds: quick ? 3 : 9 }),
  router_regressions: async ({ quick }) => routerRegressions({ books: quick ? 2_000 : 10_000 }),
  router_vs: async () => routerRatios(),
  collateral_ms: collateral,
  commit_vs_c: commitVsC,
  control_loop_vs_report: controlLoop,
  deleverage_saved: deleverage,
  snapshot_vs_clone: snapshotVsClone,
  deribit_ticker_vs_parse: deribitTickerVsParse,
  first_snapshot_vs_ccxt: firstSnapshotVsCcxt,
  load_messages_per_s: load,
  frame_p99_vs_empty: frameVsEmpty,
  key_to_order_vs_ipc: keyToOrder,
  start_vs_empty_db: startVsEmpty,
  store_start_vs_empty: storeStartVsEmpty,
  heap_growth_mb_per_10min: memory,
  hedge: hedgeFrontier,
  replay_ticks: replayTicks,
  sweep_two_vs_one: sweepTwoVsOne,
  replay_unequal: ({ quick, long }) => replayedSessions(quick ? 50 : long ? 1_000 : 200),
  history_store: historyStore,
  history_sessions: async ({ quick, long }) => reconciledSessions(quick ? 50 : long ? 10_000 : 300),
  tape_bytes_per_field: async ({ data }) => tapeSize(needed(data)),
  pnl_unexplained_share: async ({ data }) => unexplainedShare(needed(data)),
};

/** A bench that cannot be run has no figure, and says why; the others go on. */
async function figuresOf(name: string, bench: Bench, options: BenchOptions): Promise<Figures> {
  try {
    const figures = Object.entries(await bench(options));
    return Object.fromEntries(
      figures.map(([key, one]) => [key, typeof one === 'number' ? rounded(one, one < 1e-3 ? 17 : 4) : one]),
    );
  } catch (thrown) {
    return { [name]: null, [`${name}_why`]: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      store: { type: 'string' },
      peers: { type: 'string', ...(existsSync(PEERS) ? { default: PEERS } : {}) },
      data: { type: 'string', ...(existsSync(DATA) ? { default: DATA } : {}) },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const wanted = values.only.split(',');
  const chosen = Object.entries(BENCHES).filter(([name]) => wanted.some((one) => name.startsWith(one)));
  if (chosen.length === 0) {
    process.stderr.write(`--only: expected the beginning of one of ${Object.keys(BENCHES).join(', ')}\n`);
    return 2;
  }
  // As the product does at its start.
  startKernel();
  const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);
  const options = {
    store: values.store ?? null,
    peers: values.peers ?? null,
    data: values.data ?? null,
    quick: values.quick,
    long: values.long,
    say,
  };
  let figures: Figures = {
    cores: availableParallelism(),
    load_before: Number((loadavg()[0] ?? Number.NaN).toFixed(2)),
    quick: Number(values.quick),
    kernel: kernel().name,
  };
  for (const [name, bench] of chosen) {
    say(name);
    figures = { ...figures, ...(await figuresOf(name, bench, options)) };
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ ...figures, targets: TARGETS })}\n`);
  else printTable(figures);
  return 0;
}

process.exitCode = await main();
