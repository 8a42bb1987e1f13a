import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { placeOf } from '#main/session/catalogue.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import type { ReviewChoice, ReviewRun } from '#shared/ipc/review.ts';
import type { RunLogLine, RunSamples } from '#shared/risk/run-samples.ts';
import { type RunSummary, summaryOf } from '#shared/risk/run-summary.ts';
import { thinSamples } from '#shared/risk/thin-samples.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { backtestOf, openRun, type RunHead, type Shapes } from './backtest.ts';
import type { Costs, Counts } from './ledger.ts';
import { writeRun } from './run-store.ts';
import { sessionRun } from './session-run.ts';

const POINTS_AT_MOST = 2_000;
const LINES_AT_MOST = 5_000;

/** Where runs and sessions are. */
export interface ReviewPlaces {
  readonly runs: string;
  readonly sessions: string;
}

type Fact = ReviewRun['facts'][number];

const usd = (value: number): string => `${value.toFixed(2)} USD`;

function figures(summary: RunSummary, costs: Costs, counts: Counts): readonly Fact[] {
  const { sharpeAnnual, sharpeErrorAnnual } = summary;
  const sharpe = sharpeAnnual === null ? 'none' : `${sharpeAnnual.toFixed(2)} ± ${(sharpeErrorAnnual ?? 0).toFixed(2)}`;
  return [
    { name: 'P&L', value: usd(summary.pnlUsd) },
    { name: 'Sharpe, a year', value: sharpe },
    {
      name: 'Sharpe above 0',
      value: summary.sharpeAboveZero === null ? 'none' : `${(100 * summary.sharpeAboveZero).toFixed(1)} % likely`,
    },
    { name: 'Deepest fall', value: `${usd(summary.drawdownUsd)} (${(100 * summary.drawdownShare).toFixed(2)} %)` },
    { name: 'Worst 2.5 %', value: usd(-summary.shortfallUsd) },
    { name: 'Turnover', value: summary.turnover.toFixed(3) },
    { name: 'Delta RMS', value: summary.deltaRms.toFixed(4) },
    { name: 'Fees', value: usd(costs.feesUsd) },
    { name: 'Spread', value: usd(costs.spreadUsd) },
    { name: 'Impact', value: usd(costs.impactUsd) },
    { name: 'Funding', value: usd(costs.fundingUsd) },
    { name: 'Hedges', value: String(counts.hedges) },
    { name: 'Fills', value: `${counts.fills}, of them liquidations ${counts.liquidations}` },
  ];
}

function reviewed(
  { id, title }: ReviewChoice,
  samples: RunSamples,
  log: readonly RunLogLine[],
  facts: (summary: RunSummary) => readonly Fact[],
): ReviewRun {
  if (samples.at.length < 2) throw new FaultError(fault('too-short', `${title}: too short to be reviewed`));
  const summary = summaryOf(samples);
  const thin = thinSamples(samples, POINTS_AT_MOST);
  return { id, title, samples: thin, log: log.slice(-LINES_AT_MOST), summary, facts: facts(summary) };
}

function runFacts(head: RunHead): readonly Fact[] {
  return [
    ...figures(head.summary, head.costs, head.counts),
    { name: 'Seed', value: String(head.seed) },
    { name: 'Data hash', value: head.dataHash },
    { name: 'Files', value: head.files.join(', ') },
    { name: 'Parameters', value: JSON.stringify(head.config) },
    ...head.notes.map((value) => ({ name: 'Note', value })),
  ];
}

/** Runs and sessions on disk, runs first. */
export function listReviews({ runs, sessions }: ReviewPlaces): readonly ReviewChoice[] {
  mkdirSync(runs, { recursive: true });
  const files = readdirSync(runs)
    .filter((name) => name.endsWith('.db'))
    .sort();
  const recorded = existsSync(sessions) ? readdirSync(sessions).sort().reverse() : [];
  return [
    ...files.map((name) => ({ id: `run:${name}`, title: `Run ${name.slice(0, -3)}` })),
    ...recorded
      .filter((name) => existsSync(placeOf(sessions, name).file))
      .map((name) => ({ id: `session:${name}`, title: `Session ${name}` })),
  ]; // biome-ignore format: one glance
}

async function openSessionReview(choice: ReviewChoice, file: string): Promise<ReviewRun> {
  const read = openForReading(file, JOURNAL_FORMAT);
  try {
    const { samples, log, ledger } = await sessionRun(read);
    return reviewed(choice, samples, log, (summary) => figures(summary, ledger.costs, ledger.counts));
  } finally {
    read.close();
  }
}

/** Opens a run or a session by its id, or a run by the path of its file. Throws a fault that names it. */
export function openReview(places: ReviewPlaces, id: string): Promise<ReviewRun> {
  const name = id.slice(id.indexOf(':') + 1);
  if (id.startsWith('session:')) return openSessionReview({ id, title: `Session ${name}` }, placeOf(places.sessions, name).file); // biome-ignore format: one glance
  const file = id.startsWith('run:') ? join(places.runs, basename(name)) : id;
  if (!isAbsolute(file)) throw new FaultError(fault('review', `expected the whole path of a run's file, was "${id}"`));
  const { head, samples, log } = openRun(file);
  return Promise.resolve(reviewed({ id, title: head.title }, samples, log, () => runFacts(head)));
}

/** Runs a configuration of the resources and keeps the run among the others; its id. */
export async function runDemo(places: ReviewPlaces, resources: string, shapes: Shapes): Promise<string> {
  const { head, run } = await backtestOf(join(resources, 'backtests', 'march-2020.json'), shapes);
  mkdirSync(places.runs, { recursive: true });
  const taken = new Set(readdirSync(places.runs));
  let number = 1;
  while (taken.has(`march-2020-${number}.db`)) number += 1;
  const name = `march-2020-${number}.db`;
  writeRun(join(places.runs, name), { head: { ...head }, samples: run.samples, log: run.log });
  return `run:${name}`;
}

/** A file name for a report or picture of a run. */
export function reportName({ title, summary }: ReviewRun, ending: 'html' | 'svg'): string {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60); // biome-ignore format: one glance
  return `review-${words}-${isoSeconds(summary.from).replaceAll(/[^0-9TZ]/g, '')}.${ending}`;
}
