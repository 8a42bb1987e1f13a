// Answers that are lost or late: whatever becomes of them, each fill is booked once, and no order leaves UNKNOWN but on the
// venue's word.
import { describe, expect, it } from 'vitest';
import type { LegResult, VenueCommand } from '#main/engine/ports.ts';
import { isTerminal, type OrderRequest } from '#shared/domain/order.ts';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { decimal, ZERO } from '#shared/units/decimal.ts';
import { tellCounts, tellProgress } from '#test/support/counts.ts';
import { ACCOUNT, CLI, createEngineRoom, type EngineRoom, request } from '#test/support/engine-room.ts';
import type { Outcome } from '#test/support/fake-venue.ts';
import { duplicateFills, unprovenOrders } from '#test/support/order-proof.ts';
import { trials } from '#test/support/trials.ts';

const ANSWERS = trials(2_000);
const SEED = 20_200_312;
const NO_LIMIT = 1e12;
const LIMITS = {
  orderNotionalUsd: NO_LIMIT,
  positionNotionalUsd: NO_LIMIT,
  ordersPerSecond: NO_LIMIT,
  ordersPerMinute: NO_LIMIT,
  arming: { budget: { perOrderUsd: NO_LIMIT, sessionUsd: NO_LIMIT, ordersPerMinute: NO_LIMIT } },
};
/** Orders sent at once, and so often at one venue. */
const [LEGS, GROUPS] = [20, 10];
/** What becomes of a whole answer; of the others each leg is lost or never taken for itself. */
const WHOLE = ['legs', 'legs', 'late', 'late', 'slow', 'hang', 'vanish', 'throw'] as const;
type Whole = (typeof WHOLE)[number];

interface Counts {
  /** Orders whose answer was lost, and whose answer came after it was waited for or long after the order was taken. */
  lost: number;
  late: number;
  /** Orders that left UNKNOWN, and those of them that nothing proved. */
  resolved: number;
  unproven: number;
  fills: number;
  duplicates: number;
  /** Orders UNKNOWN, open here and not there, or positions unlike the venue's when all had come to rest. */
  unsettled: number;
}

function chosen<T>(from: readonly T[], { uniform }: SeededStream): T | undefined {
  return from[Math.floor(uniform() * from.length)];
}

/** `late`: taken at once, answered when it is waited for no more. `slow`: taken late as well, within the venue's delay. */
function delayAnswers(room: EngineRoom, random: SeededStream, kind: () => Whole): void {
  const real = room.venue.execute;
  room.venue.execute = (command: VenueCommand): Promise<readonly LegResult[]> => {
    const how = command.type === 'place' ? kind() : 'legs';
    if (how !== 'late' && how !== 'slow') return real(command);
    const answer = how === 'late' ? real(command) : null;
    const after = how === 'late' ? 100 + random.uniform() * 20_000 : random.uniform() * 4_900;
    return new Promise((resolve) => room.clock.after(after, () => resolve(answer ?? real(command))));
  };
}

/** Orders that differ, at and away from the market. */
function group(random: SeededStream, number: number): readonly OrderRequest[] {
  return Array.from({ length: LEGS }, (_, leg) =>
    request({
      side: random.uniform() < 0.5 ? 'buy' : 'sell',
      quantity: decimal(1 + leg),
      limit: decimal(7_000 + ((number * LEGS + leg) % 80) - 40),
    }),
  );
}

/** What the venue does meanwhile: trades, told at once, later, or twice and in another order. */
async function meanwhile(room: EngineRoom, random: SeededStream): Promise<void> {
  const { venue } = room;
  const open = [...venue.orders.values()].filter((one) => !isTerminal(one.state)).map((one) => one.clientOrderId);
  for (const id of open) {
    if (random.uniform() < 0.5) venue.trade(id, random.uniform() < 0.5 ? '1' : '40', '7000', random.uniform() < 0.5);
  }
  const end = chosen(open, random);
  if (end !== undefined && random.uniform() < 0.3) venue.end(end, 'CANCELLED', random.uniform() < 0.5);
  const told = (await venue.history(ACCOUNT.id, null)).fills;
  const again = chosen(told, random);
  if (again !== undefined) venue.tell({ type: 'fill', fill: again });
  if (random.uniform() < 0.3) venue.release([...venue.kept.keys()].sort(() => random.uniform() - 0.5));
}

function outcomesOf(kind: Whole, random: SeededStream): readonly Outcome[] {
  if (kind === 'hang' || kind === 'vanish' || kind === 'throw') return Array.from({ length: LEGS }, () => kind);
  const legs: readonly Outcome[] = kind === 'legs' ? ['lost', 'dropped'] : ['accept', 'fill', 'reject', 'lost'];
  return Array.from({ length: LEGS }, () => chosen(legs, random) ?? 'lost');
}

function count(room: EngineRoom, counts: Counts): void {
  const { left, unproven } = unprovenOrders(room);
  const { book } = room.engine;
  const open = (states: Iterable<{ readonly state: string; readonly id: string }>): string =>
    [...states]
      .flatMap(({ state, id }) => (['ACKED', 'PARTIAL', 'UNKNOWN', 'SENT'].includes(state) ? [id] : []))
      .sort()
      .join();
  const theirs = [...room.venue.orders.values()].map(({ state, clientOrderId: id }) => ({ state, id }));
  const unequal = [...room.venue.truth.positions].filter(
    ([key, { quantity }]) => (book.positions.get(key)?.quantity ?? ZERO) !== quantity,
  );
  counts.resolved += left;
  counts.unproven += unproven.length;
  counts.fills += room.events().filter((event) => event.type === 'fill').length;
  counts.duplicates += duplicateFills(room).length;
  counts.unsettled += unequal.length + (open(book.orders.values()) === open(theirs) ? 0 : 1);
}

const PATIENCE = 60;
function isUnknown({ engine }: EngineRoom): boolean {
  return [...engine.book.orders.values()].some(({ state }) => state === 'UNKNOWN');
}

async function room(random: SeededStream, counts: Counts): Promise<void> {
  const made = createEngineRoom({ limits: LIMITS });
  let kind: Whole = 'legs';
  await made.start();
  delayAnswers(made, random, () => kind);
  for (let number = 0; number < GROUPS; number++) {
    kind = chosen(WHOLE, random) ?? 'legs';
    await made.engine.unlock(CLI);
    await made.engine.resume(CLI);
    await made.engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
    made.venue.script(...outcomesOf(kind, random));
    const sent = await made.engine.submitNow(group(random, number), 'cli', { reportSeq: 1 }, CLI);
    if (!sent.ok) throw new Error(`the gate refused: ${sent.error.message}`);
    counts[kind === 'late' || kind === 'slow' ? 'late' : 'lost'] += LEGS;
    await made.pass(5_000);
    await meanwhile(made, random);
    await made.pass(500 + random.uniform() * 3_000);
    // Until the venue has told, the gate lets nothing pass.
    for (let wait = 0; isUnknown(made) && wait < PATIENCE; wait++) await made.pass(1_000);
  }
  made.venue.release();
  await made.pass(75_000);
  count(made, counts);
}

describe('answers that are lost or late', () => {
  it(`book every fill once and close nothing without proof, ${ANSWERS} times`, { timeout: 1e8 }, async () => {
    const counts: Counts = { lost: 0, late: 0, resolved: 0, unproven: 0, fills: 0, duplicates: 0, unsettled: 0 };
    const started = performance.now();
    const all = () => counts.lost + counts.late;
    const perSecond = (): number => Math.round((all() / (performance.now() - started)) * 1_000);
    for (let number = 0; all() < ANSWERS; number++) {
      await room(seededStream(SEED + number, 11), counts);
      if (all() % 50_000 !== 0) continue;
      const { duplicates, unproven, unsettled } = counts;
      const wrong = `${duplicates} duplicate fills, ${unproven} closed without proof, ${unsettled} unsettled`;
      tellProgress(`${all()} of ${ANSWERS} answers, ${perSecond()}/s: ${wrong}`);
    }
    tellCounts('lost and late answers', { total: all(), perSecond: perSecond(), ...counts });
    expect(counts).toMatchObject({ unproven: 0, duplicates: 0, unsettled: 0 });
    expect(counts.resolved).toBeGreaterThan(ANSWERS / 4);
    expect(counts.fills).toBeGreaterThan(ANSWERS / 4);
    expect(counts.late).toBeGreaterThan(ANSWERS / 10);
  });
});
