// A recorded session in review: valued anew from tape and journal it is worth what it was worth when it ran.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sessionRun } from '#main/backtest/session-run.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import { toLine } from '#main/replay/input.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { createSimulatedClock } from '#main/replay/simulated-clock.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { createPaperAdapters } from '#main/venues/paper/adapter.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { equityUsd } from '#shared/risk/equity.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { CLI, createFakeRisk, request, START } from '#test/support/engine-room.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

const RESOURCES = readPaperResources((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'), 'march-2020');
const ORDER = request({ instrument: LINEAR_PERPETUAL.id, type: 'market', limit: null, quantity: decimal('0.5') });

/** Fifteen minutes of tape with one trade; the book's worth by venue time, as it was seen then. */
async function record(file: string): Promise<ReadonlyMap<number, number>> {
  const clock = createSimulatedClock(START);
  const store = { load: () => null, save: () => undefined };
  const { adapters, tape } = createPaperAdapters({ resources: RESOURCES, clock, store });
  tape.setSpeed(60);
  const journal = createJournal(file);
  const recording = journal.tape({ onFault: (reason) => expect.fail(reason.message) });
  const session = { profile: 'demo', tape: 'march-2020', seed: RESOURCES.demo.seed };
  const setup = { clock, journal, adapters, limits: DEFAULT_LIMITS, installId: 'test', autoResume: true, session };
  const engine = recordEngine(setup, {
    get quotes() {
      return recording.rows;
    },
    line: (line) => recording.note(toLine(line)),
    tape: recording.record,
  });
  const risk = createFakeRisk();
  engine.attachRisk(risk);
  const seen = new Map<number, number>();
  clock.every(1_000, () => risk.report());
  // The last one at a time stays: what it was worth before the market moved on.
  engine.subscribe((notice) => {
    if (notice.type !== 'quotes' && notice.type !== 'book') return;
    const market = engine.market.snapshot();
    if (market.asOf > 0) seen.set(market.asOf, equityUsd(journal.book, market));
  });
  unwrap(await engine.start());
  tape.play();
  await clock.advanceTo(START + 4_000);
  unwrap(await engine.arm({ accounts: ['options'], budget: null }, CLI));
  unwrap(await engine.submitNow([ORDER], 'cli', { reportSeq: 1 }, CLI));
  await clock.advanceTo(START + 15_000);
  await engine.stop();
  recording.close();
  journal.close();
  return seen;
}

it('is worth what it was when it ran, and tells its trades at the venue’s time', async () => {
  const file = tmpDatabase();
  const seen = await record(file);
  const read = openForReading(file, JOURNAL_FORMAT);
  const { samples, log, ledger } = await sessionRun(read);
  read.close();
  const common = Array.from(samples.at, (at, row) => ({ at, row })).filter(({ at }) => seen.has(at));
  expect(common.length).toBeGreaterThan(8);
  for (const { at, row } of common) expect(samples.equityUsd[row]).toBeCloseTo(seen.get(at) ?? Number.NaN, 6);
  const fills = log.filter((one) => one.kind === 'fill');
  expect(fills.length).toBe(ledger.counts.fills);
  expect(fills.length).toBeGreaterThan(0);
  for (const { at } of fills) expect(at).toBeGreaterThan(RESOURCES.tape.startAt);
});
