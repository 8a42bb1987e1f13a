// Yesterday with one rule changed: the same market and the same trader, another limit, fee, latency or hedge policy.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type EngineLimits, limitsFrom } from '#main/engine/limits.ts';
import { toLine } from '#main/replay/input.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { createSimulatedClock } from '#main/replay/simulated-clock.ts';
import { recordMotion } from '#main/session/motion.ts';
import { type Outcome, outcomeOf } from '#main/session/outcome.ts';
import { type Rules, rerun } from '#main/session/rerun.ts';
import { type Course, courseOf } from '#main/session/rerun-course.ts';
import { createJournal } from '#main/store/journal.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { entriesAfter } from '#main/store/queries.ts';
import { createPaperAdapters } from '#main/venues/paper/adapter.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { DEFAULT_POLICY } from '#shared/control/hedge-policy.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { CLI, createFakeRisk, request, START } from '#test/support/engine-room.ts';

const RESOURCES = readPaperResources((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'), 'march-2020');
const OWN: Rules = { limits: DEFAULT_LIMITS, hedge: null, latencyMs: null, feeFactor: 1 };
const ORDER = request({ instrument: LINEAR_PERPETUAL.id, type: 'market', limit: null, quantity: decimal('0.5') });

function limits(configured: object): EngineLimits {
  return unwrap(limitsFrom(configured));
}

/** A trader on the paper venue for 20 s at 60×: two market orders, one staged hedge, one resting order that he cancels. */
async function recordSession(file: string): Promise<void> {
  const clock = createSimulatedClock(START);
  const { adapters, tape } = createPaperAdapters({
    ...{ resources: RESOURCES, clock, store: { load: () => null, save: () => undefined } },
  });
  tape.setSpeed(60);
  const journal = createJournal(file);
  const recording = journal.tape({ onFault: (reason) => expect.fail(reason.message) });
  const session = { profile: 'demo', tape: 'march-2020', seed: RESOURCES.demo.seed };
  const engine = recordEngine(
    { clock, journal, adapters, limits: DEFAULT_LIMITS, installId: 'test', autoResume: true, session },
    {
      get quotes() {
        return recording.rows;
      },
      line: (line) => recording.note(toLine(line)),
      tape: recording.record,
    },
  );
  recordMotion(tape, clock, (line) => recording.note(toLine(line)));
  const risk = createFakeRisk();
  engine.attachRisk(risk);
  clock.every(1_000, () => risk.report());
  unwrap(await engine.start());
  tape.play();
  const at = (seconds: number): Promise<void> => clock.advanceTo(START + seconds * 1_000);
  await at(2);
  unwrap(await engine.arm({ accounts: ['options'], budget: null }, CLI));
  unwrap(await engine.submitNow([ORDER], 'cli', { reportSeq: 1 }, CLI));
  await at(6);
  const hedge = unwrap(
    await engine.stage([{ ...ORDER, side: 'sell' }], 'hedge', { reportSeq: 2, underlying: 'BTC' }, CLI),
  );
  await at(7);
  tape.setSpeed(1);
  unwrap(await engine.commit(hedge.id, CLI));
  await at(9);
  tape.setSpeed(60);
  const resting = request({ instrument: LINEAR_PERPETUAL.id, limit: decimal('5000'), quantity: decimal('0.1') });
  const placed = unwrap(await engine.submitNow([resting], 'cli', { reportSeq: 3 }, CLI));
  await at(12);
  unwrap(await engine.cancel(placed.orders[0]?.id ?? '', CLI));
  await at(15);
  unwrap(await engine.submitNow([{ ...ORDER, quantity: decimal('0.2') }], 'cli', { reportSeq: 4 }, CLI));
  await at(20);
  tape.pause();
  await engine.stop();
  recording.close();
  journal.close();
}

describe('a session run again', { timeout: 120_000 }, () => {
  let course: Course;
  let recorded: Outcome;
  let own: Outcome;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keel-test-'));
    const file = join(folder, 'session.db');
    await recordSession(file);
    const read = openForReading(file, JOURNAL_FORMAT);
    course = courseOf(read);
    recorded = outcomeOf(entriesAfter(read, 0), [], Number.NaN);
    read.close();
    rmSync(folder, { recursive: true });
    own = await rerun(course, RESOURCES, OWN);
  });

  it('comes to the same under its own rules', () => {
    expect(recorded).toMatchObject({ orders: 4, denied: 0, hedges: 1 });
    const { equityUsd: _, deltaRms: __, ...counts } = own;
    const { equityUsd: ___, deltaRms: ____, ...theirs } = recorded;
    expect(counts).toEqual(theirs);
    expect(own.deltaRms.BTC).toBeGreaterThan(0);
  });

  it('comes to the same twice', async () => {
    expect(await rerun(course, RESOURCES, OWN)).toEqual(own);
  });

  it('pays twice the fees where fees are doubled, for the same trades', async () => {
    const doubled = await rerun(course, RESOURCES, { ...OWN, feeFactor: 2 });
    expect(doubled.fills).toBe(own.fills);
    expect(doubled.feesUsd).toBeCloseTo(2 * (own.feesUsd ?? 0), 3);
    expect((own.equityUsd ?? 0) - (doubled.equityUsd ?? 0)).toBeCloseTo(own.feesUsd ?? Number.NaN, 3);
  });

  it('denies what another limit does not let through', async () => {
    const tight = await rerun(course, RESOURCES, { ...OWN, limits: limits({ orderNotionalUsd: 2_000 }) });
    expect(tight).toMatchObject({ orders: 4, denied: 2, hedges: 1 });
  });

  it('trades later where the way is longer', async () => {
    const slow = await rerun(course, RESOURCES, { ...OWN, latencyMs: 900 });
    expect(slow.orders).toBe(4);
    expect(slow.equityUsd).not.toBe(own.equityUsd);
  });

  it('hedges by a policy instead of by the trader', async () => {
    const policy = { ...DEFAULT_POLICY, band: { rule: 'fixed', halfWidth: 0.1 } } as const;
    const hedge = { policy, underlying: 'BTC', ratio: 1 };
    const hedged = await rerun(course, RESOURCES, { ...OWN, hedge });
    expect(hedged.hedges).toBeGreaterThan(1);
    expect(hedged.deltaRms.BTC).toBeLessThan(own.deltaRms.BTC ?? 0);
    const wide = await rerun(course, RESOURCES, {
      ...OWN,
      hedge: { ...hedge, policy: { ...policy, band: { rule: 'fixed', halfWidth: 5 } } },
    });
    // Nothing leaves the band, and the trader's own hedge is not sent either.
    expect(wide).toMatchObject({ hedges: 0, orders: 3 });
  });
});
