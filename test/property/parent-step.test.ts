// A parent order never wants more than it was given, whatever its children, answers and cancels do, and always ends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChildTerms,
  END_WAIT,
  type OpenChild,
  type ParentStep,
  type ParentView,
  parentStep,
} from '#shared/control/router/parent-step.ts';
import type { OrderSchedule, ParentOrder } from '#shared/domain/parent-order.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { request } from '#test/support/engine-room.ts';
import { trials } from '#test/support/trials.ts';

const STEP_MS = 250;
const LOTS = 100;

/** Quantities in whole lots of 0.01, counted here without the engine's decimals. */
const coins = (lots: number) => decimal((lots / LOTS).toFixed(2));
const lotsOf = (text: string) => Math.round(Number(text) * LOTS);

const schedule: fc.Arbitrary<OrderSchedule> = fc
  .record({
    durationMs: fc.constantFrom(MINUTE, 3 * MINUTE),
    post: fc.boolean(),
    kind: fc.constantFrom('iceberg', 'twap', 'almgren-chriss', 'chase'),
    clip: fc.integer({ min: 1, max: 60 }),
    parts: fc.integer({ min: 1, max: 12 }),
    urgency: fc.double({ min: 0.1, max: 8, noNaN: true }),
    ticks: fc.integer({ min: 1, max: 400 }),
  })
  .map(({ kind, durationMs, post, clip, parts, urgency, ticks }): OrderSchedule => {
    if (kind === 'iceberg') return { kind, durationMs, post, clip: coins(clip) };
    if (kind === 'twap') return { kind, durationMs, post, parts };
    return kind === 'chase'
      ? { kind, durationMs, post, ticks }
      : { kind: 'almgren-chriss', durationMs, post, parts, urgency };
  });

/** What may happen between two looks, drawn anew each time. */
interface Weather {
  readonly fills: number;
  readonly told: boolean;
  readonly ends: boolean;
  readonly lost: boolean;
  readonly refused: boolean;
  readonly blocked: boolean;
  readonly move: number;
  readonly empty: boolean;
  readonly stopped: boolean;
}

const one = (of: number) => fc.integer({ min: 1, max: of }).map((n) => n === 1);
const weather: fc.Arbitrary<Weather> = fc.record({
  fills: fc.integer({ min: -3, max: 30 }),
  told: one(3),
  ends: one(4),
  lost: one(8),
  refused: one(12),
  blocked: one(9),
  move: fc.integer({ min: -4, max: 4 }),
  empty: one(15),
  stopped: one(400),
});

/** A child as the venue has it, and as far as it was told. */
interface Child {
  readonly id: string;
  readonly lots: number;
  readonly limit: OpenChild['limit'];
  readonly sentAt: number;
  readonly takes: boolean;
  filled: number;
  told: number;
  alive: boolean;
  over: boolean;
  answered: boolean;
  cancelledAt: number | null;
}

interface World {
  parent: ParentOrder;
  readonly children: Child[];
  now: number;
  mid: number;
}

function viewOf({ children, mid }: World, sky: Weather): ParentView {
  return {
    open: children.filter((child) => !child.over).map(seen),
    lastSentAt: children.at(-1)?.sentAt ?? null,
    refusals: 0,
    bid: sky.empty ? null : mid - 0.5,
    ask: sky.empty && sky.told ? null : mid + 0.5,
    tick: decimal('0.5'),
    lot: decimal('0.01'),
    blocked: sky.blocked ? 'the venue is down' : null,
  };
}

function checkPrice({ parent, mid }: World, { limit, postOnly }: ChildTerms): void {
  if (limit === null) return;
  const [price, own] = [toNumber(limit), toNumber(parent.request.limit ?? decimal('0'))];
  const buys = parent.request.side === 'buy';
  if (parent.request.type === 'limit') expect(buys ? price <= own : price >= own).toBe(true);
  if (postOnly) expect(buys ? price < mid + 0.5 : price > mid - 0.5).toBe(true);
}

/** Lots that a schedule may have at work at a time: the first part of Almgren & Chriss (2000), equation 17, is its largest. */
function mostAtOnce(schedule: OrderSchedule, wanted: number): number {
  if (schedule.kind === 'chase') return wanted;
  if (schedule.kind === 'iceberg') return Math.min(lotsOf(schedule.clip), wanted);
  if (schedule.kind === 'twap') return Math.ceil(wanted / schedule.parts) + 1;
  const { urgency, parts } = schedule;
  return Math.ceil(wanted * (1 - Math.sinh(urgency * (1 - 1 / parts)) / Math.sinh(urgency))) + 1;
}

function place(world: World, child: ChildTerms, sky: Weather): void {
  const lots = lotsOf(child.quantity);
  const { schedule, request: whole } = world.parent;
  expect(lots).toBeGreaterThan(0);
  expect(lots).toBeLessThanOrEqual(mostAtOnce(schedule, lotsOf(whole.quantity)));
  expect(sky.blocked).toBe(false);
  checkPrice(world, child);
  const own = { id: `k${world.children.length}`, lots, limit: child.limit, takes: child.timeInForce === 'ioc' };
  const fate = { alive: !sky.refused, over: sky.refused, answered: !sky.lost, cancelledAt: null };
  world.children.push({ ...own, ...fate, sentAt: world.now, filled: 0, told: 0 });
}

function take(world: World, step: ParentStep, sky: Weather): void {
  const { parent, now } = world;
  if (step.act === 'place') place(world, step.child, sky);
  if (step.act === 'end') world.parent = { ...parent, state: 'ending', endingAt: now };
  if (step.act === 'ended') world.parent = { ...parent, state: 'ended' };
  if (step.act !== 'cancel') return;
  for (const child of world.children) if (step.orders.includes(child.id)) child.cancelledAt = now;
}

/** By the venue's own truth: what has filled and what is alive there, told or not. */
function exposedLots({ children }: World): number {
  return children.reduce((sum, child) => sum + (child.alive ? child.lots : child.filled), 0);
}

function run(begun: ParentOrder, skies: readonly Weather[], silent: boolean): void {
  const wanted = lotsOf(begun.request.quantity);
  const world: World = { parent: begun, children: [], now: 0, mid: 7000 };
  const latest = begun.schedule.durationMs + 2 * END_WAIT + 4 * STEP_MS;
  for (let at = 0; world.parent.state !== 'ended'; at += 1) {
    const sky = skies[at % skies.length];
    if (sky === undefined) throw new Error('no weather');
    world.now += STEP_MS;
    world.mid += sky.move / 2;
    for (const child of world.children) live(child, sky, silent);
    const filled = coins(world.children.reduce((sum, child) => sum + child.told, 0));
    const stopped = sky.stopped && world.parent.state === 'working';
    const stop = stopped ? ({ state: 'ending', endingAt: world.now } as const) : {};
    world.parent = { ...world.parent, filled, ...stop };
    take(world, parentStep(world.parent, viewOf(world, sky), world.now), sky);
    expect(exposedLots(world)).toBeLessThanOrEqual(wanted);
    expect(world.now).toBeLessThanOrEqual(latest);
  }
  expect(world.children.every((child) => child.over || child.cancelledAt !== null)).toBe(true);
}

function live(child: Child, sky: Weather, silent: boolean): void {
  if (child.alive && sky.fills > 0) child.filled = Math.min(child.lots, child.filled + sky.fills);
  const gone = child.filled === child.lots || child.takes || child.cancelledAt !== null;
  if (child.alive && sky.ends && gone) child.alive = false;
  if (silent && !child.answered) return;
  if (sky.told) child.answered = true;
  if (sky.told) child.told = child.filled;
  if (!child.alive && child.told === child.filled) child.over = true;
}

function seen({ id, lots, told, limit, answered, sentAt, cancelledAt }: Child): OpenChild {
  return { id, left: coins(lots - told), limit, resting: answered, sentAt, cancelledAt };
}

const parentOf = (how: OrderSchedule, lots: number, side: 'buy' | 'sell', limit: number | null): ParentOrder => ({
  id: 'x1',
  request: request({
    ...{ side, quantity: coins(lots), schedule: how },
    ...(limit === null ? { type: 'market', limit: decimal('7210') } : { limit: decimal(limit) }),
  }),
  schedule: how,
  origin: 'ticket',
  startedAt: 0,
  arrival: decimal('7000'),
  children: [],
  filled: decimal('0'),
  averagePrice: null,
  state: 'working',
  reason: null,
  updatedAt: 0,
  endingAt: null,
});

const given = fc.tuple(
  schedule,
  fc.integer({ min: 60, max: 500 }),
  fc.constantFrom('buy' as const, 'sell' as const),
  fc.option(fc.integer({ min: 6990, max: 7010 })),
  fc.array(weather, { minLength: 20, maxLength: 120 }),
);

describe('a parent order', () => {
  it('never exceeds what it wants, sends nothing while blocked, keeps its limit, and ends', () => {
    fc.assert(
      fc.property(given, ([how, lots, side, limit, skies]) => run(parentOf(how, lots, side, limit), skies, false)),
      { numRuns: trials(60) },
    );
  });

  it('ends, and never sends twice, when an answer never comes', () => {
    fc.assert(
      fc.property(given, ([how, lots, side, limit, skies]) => run(parentOf(how, lots, side, limit), skies, true)),
      { numRuns: trials(30) },
    );
  });
});
