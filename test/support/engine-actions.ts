import fc from 'fast-check';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { OrderSchedule } from '#shared/domain/parent-order.ts';
import { decimal, type Quantity, toNumber, ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';
import { MINUTE } from '#shared/units/time.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, type EngineRoom, request } from '#test/support/engine-room.ts';
import type { Outcome } from '#test/support/fake-venue.ts';
import { settle } from '#test/support/manual-clock.ts';

/** Small limits, so that histories run into them. Marks stand still: what changes is only what is done. */
export const LIMITS = { orderNotionalUsd: 200_000, positionNotionalUsd: 300_000 };
export const MARK = 7000;
/** Unit of the instrument worth of USD. */
export const UNIT_USD: Readonly<Record<string, number>> = { [LINEAR_PERPETUAL.id]: MARK, [INVERSE_PERPETUAL.id]: 1 };

/** Anything that may happen at a desk or at its venue. */
export type Action =
  | { readonly do: 'submit'; readonly orders: readonly OrderRequest[]; readonly outcomes: readonly Outcome[] }
  /** An order worked over time, and what becomes of its first children. */
  | { readonly do: 'work'; readonly order: OrderRequest; readonly outcomes: readonly Outcome[] }
  | { readonly do: 'trade'; readonly pick: number; readonly share: number; readonly quiet: boolean }
  | {
      readonly do: 'end';
      readonly pick: number;
      readonly state: 'CANCELLED' | 'EXPIRED' | 'REJECTED';
      readonly quiet: boolean;
    }
  | { readonly do: 'release'; readonly order: readonly number[] }
  | { readonly do: 'repeat'; readonly pick: number }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'pass' | 'dark'; readonly ms: number }
  | {
      readonly do:
        | 'cancel-all'
        | 'revive'
        | 'kill'
        | 'resume'
        | 'arm'
        | 'disarm'
        | 'lock'
        | 'unlock'
        | 'down'
        | 'live'
        | 'risk-fault'
        | 'risk'
        | 'full'
        | 'free';
    };

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom(
  'accept',
  'accept',
  'fill',
  'reject',
  'lost',
  'dropped',
  'hang',
  'vanish',
  'throw',
);

const order: fc.Arbitrary<OrderRequest> = fc
  .record({
    linear: fc.boolean(),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    lots: fc.integer({ min: 1, max: 32 }),
    away: fc.integer({ min: -5, max: 5 }),
    type: fc.constantFrom('limit' as const, 'limit' as const, 'market' as const, 'stop' as const),
    reduceOnly: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ linear, side, lots, away, type, reduceOnly }) =>
    request({
      instrument: linear ? LINEAR_PERPETUAL.id : INVERSE_PERPETUAL.id,
      quantity: linear ? decimal(lots) : decimal(lots * 7000),
      limit: type === 'limit' ? decimal(MARK + away) : null,
      trigger: type === 'stop' ? decimal(MARK + (side === 'buy' ? 200 : -200)) : null,
      side,
      type,
      reduceOnly,
    }),
  );

const parts = fc.integer({ min: 2, max: 6 });
const common = { durationMs: fc.constant(MINUTE), post: fc.boolean() };

/** A schedule for an instrument; a clip in its unit. */
const schedule = (unit: number): fc.Arbitrary<OrderSchedule> =>
  fc.oneof(
    fc.record({ ...common, kind: fc.constant('twap' as const), parts }),
    fc.record({ ...common, kind: fc.constant('almgren-chriss' as const), parts, urgency: fc.constantFrom(0.5, 2, 5) }),
    fc.record({
      ...common,
      kind: fc.constant('iceberg' as const),
      clip: fc.integer({ min: 1, max: 8 }).map((lots) => decimal<Quantity>(lots * unit)),
    }),
    fc.record({ ...common, kind: fc.constant('chase' as const), ticks: fc.integer({ min: 1, max: 40 }) }),
  );

const workedOrder: fc.Arbitrary<OrderRequest> = order.chain((one) =>
  schedule(one.instrument === LINEAR_PERPETUAL.id ? 1 : MARK).map((schedule): OrderRequest => {
    const atMarket = { type: 'market', limit: null, trigger: null, timeInForce: 'ioc' } as const;
    return { ...one, ...(one.type === 'limit' ? {} : atMarket), schedule };
  }),
);

const pick = fc.nat(1000);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      orders: fc.oneof(
        fc.array(order, { minLength: 1, maxLength: 1 }),
        fc.array(order, { minLength: 2, maxLength: 3 }),
      ),
      outcomes: fc.array(outcome, { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      order: workedOrder,
      outcomes: fc.array(outcome, { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('trade' as const),
      pick,
      share: fc.constantFrom(0.1, 0.5, 1),
      quiet: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick,
      state: fc.constantFrom('CANCELLED' as const, 'EXPIRED' as const, 'REJECTED' as const),
      quiet: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(300, 1000, 4000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dark' as const), ms: fc.constantFrom(2000, 7000) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'arm' as const }) },
  { weight: 5, arbitrary: fc.constant({ do: 'revive' as const }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        'cancel-all',
        'kill',
        'resume',
        'resume',
        'disarm',
        'lock',
        'unlock',
        'unlock',
        'down',
        'live',
        'live',
        'risk-fault',
        'risk',
        'full',
        'free',
        'free',
      )
      .map((name): Action => ({ do: name })),
  },
);

export const history = fc.array(action, { minLength: 10, maxLength: 60, size: 'max' });
export const status = { latencyMs: 0, reason: null };

/** Does one action and lets everything that follows from it settle. */
export async function perform(room: EngineRoom, step: Action): Promise<void> {
  const { engine, venue, clock, journal, risk } = room;
  const ids = [...venue.orders.keys()];
  const chosen = 'pick' in step ? (ids[step.pick % Math.max(ids.length, 1)] ?? '') : '';
  switch (step.do) {
    case 'submit':
      venue.script(...step.outcomes.slice(0, step.orders.length));
      await engine.submitNow(step.orders, 'cli', { reportSeq: 1 }, CLI);
      break;
    case 'work':
      venue.script(...step.outcomes);
      await engine.submitNow([step.order], 'cli', { reportSeq: 1 }, CLI);
      await room.pass(3_000);
      break;
    case 'trade': {
      const left = engine.book.orders.get(chosen)?.quantity ?? ZERO;
      const lots = Math.max(1, Math.floor(toNumber(left) * step.share));
      venue.trade(chosen, String(lots), String(MARK), step.quiet);
      break;
    }
    case 'end':
      venue.end(chosen, step.state, step.quiet);
      break;
    case 'release':
      venue.release([...step.order, ...venue.kept.keys()].filter((one, at, all) => all.indexOf(one) === at));
      break;
    case 'repeat': {
      const fills = (await venue.history(ACCOUNT.id, null).catch(() => ({ fills: [] }))).fills;
      const fill = fills[step.pick % Math.max(fills.length, 1)];
      if (fill !== undefined) venue.tell({ type: 'fill', fill });
      break;
    }
    case 'cancel':
      await engine.cancel(chosen, CLI);
      break;
    case 'pass':
      await room.pass(step.ms);
      break;
    case 'dark':
      await clock.advance(step.ms);
      break;
    case 'arm':
      await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
      break;
    case 'revive':
      journal.full = false;
      venue.offline = false;
      venue.tell({ type: 'status', status: 'live', ...status });
      await room.pass(1000);
      await engine.unlock(CLI);
      await engine.resume(CLI);
      await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
      break;
    case 'cancel-all':
      await engine.cancelAll(true, CLI);
      break;
    case 'kill':
      await engine.kill(CLI);
      break;
    case 'resume':
      await engine.resume(CLI);
      break;
    case 'disarm':
      await engine.disarm(CLI);
      break;
    case 'lock':
      await engine.lock(CLI);
      break;
    case 'unlock':
      await engine.unlock(CLI);
      break;
    case 'down':
      venue.tell({ type: 'status', status: 'down', ...status });
      venue.offline = true;
      break;
    case 'live':
      venue.offline = false;
      venue.tell({ type: 'status', status: 'live', ...status });
      break;
    case 'risk-fault':
      risk.fail(fault('worker', 'late'));
      break;
    case 'risk':
      risk.report();
      break;
    case 'full':
      journal.full = true;
      break;
    case 'free':
      journal.full = false;
      break;
  }
  await settle();
}
