// Every schedule at once on the paper exchange, whose books, queues and delays decide what fills; then the same again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { limitsFrom } from '#main/engine/limits.ts';
import { recordEngine } from '#main/replay/recorded-engine.ts';
import { createSimulatedClock } from '#main/replay/simulated-clock.ts';
import { createPaperAdapters } from '#main/venues/paper/adapter.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { MINUTE, SECOND } from '#shared/units/time.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { CLI, createFakeRisk, request, START } from '#test/support/engine-room.ts';
import { createMemoryJournal } from '#test/support/memory-journal.ts';
import { createMemoryLog } from '#test/support/memory-log.ts';

const RESOURCES = readPaperResources((name) => readFileSync(join(ROOT, 'resources', name), 'utf8'), 'march-2020');

const SCHEDULES: readonly OrderSchedule[] = [
  { kind: 'twap', durationMs: MINUTE, parts: 4, post: false },
  { kind: 'almgren-chriss', durationMs: MINUTE, parts: 6, urgency: 3, post: false },
  { kind: 'iceberg', durationMs: MINUTE, clip: decimal('0.02'), post: false },
  { kind: 'chase', durationMs: MINUTE, ticks: 1_000, post: false },
];

it('works each schedule to its end on the paper exchange, and replays to the same hash', async () => {
  const clock = createSimulatedClock(START);
  const store = { load: () => null, save: () => undefined };
  const { adapters, tape } = createPaperAdapters({ resources: RESOURCES, clock, store });
  const [journal, log] = [createMemoryJournal(), createMemoryLog()];
  const session = { profile: 'demo', tape: 'march-2020', seed: RESOURCES.demo.seed };
  const limits = unwrap(limitsFrom({}));
  const setup = { clock, journal, adapters, limits, installId: 'test', autoResume: true, session };
  const engine = recordEngine(setup, log);
  const risk = createFakeRisk();
  engine.attachRisk(risk);
  clock.every(SECOND, () => risk.report());
  unwrap(await engine.start());
  tape.play();
  await clock.advanceTo(START + 4 * SECOND);
  const held = () => toNumber(engine.book.positions.get(`options|${LINEAR_PERPETUAL.id}`)?.quantity ?? decimal('0'));
  const before = held();
  unwrap(await engine.arm({ accounts: ['options'], budget: null }, CLI));
  for (const schedule of SCHEDULES) {
    const order = request({ type: 'market', limit: null, timeInForce: 'ioc', quantity: decimal('0.1'), schedule });
    unwrap(await engine.submitNow([order], 'cli', { reportSeq: 1 }, CLI));
  }
  await clock.advanceTo(START + 2 * MINUTE);
  const said = engine.parents.map(({ schedule, state, filled, children }) => [
    schedule.kind,
    state,
    filled,
    children.length,
  ]);
  expect(said).toEqual([
    ['twap', 'ended', '0.1', 4],
    ['almgren-chriss', 'ended', '0.1', 6],
    ['iceberg', 'ended', '0.1', 5],
    ['chase', 'ended', '0.1', expect.any(Number)],
  ]);
  expect(held() - before).toBeCloseTo(0.4, 9);
  const [first, , , , , last] =
    engine.parents[1]?.children.map((id) => toNumber(engine.book.orders.get(id)?.quantity ?? decimal('0'))) ?? [];
  expect(first).toBeGreaterThan(2 * (last ?? Number.NaN));
  await engine.stop();
  const [replay] = await log.replay(journal.entries);
  expect(replay).toMatchObject({ difference: null, entries: journal.entries.length });
  expect(replay?.hash).toBe(replay?.recorded);
});
