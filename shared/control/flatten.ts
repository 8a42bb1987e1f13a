import { isWorking, type Order, type OrderRequest } from '#shared/domain/order.ts';
import { ratioOf } from '#shared/risk/margin/assessment.ts';
import { equityOf } from '#shared/risk/margin/model.ts';
import { type HeldPool, type PoolBook, withPool } from '#shared/risk/pool-book.ts';
import { absolute, decimal } from '#shared/units/decimal.ts';
import type { AccountId, ClientOrderId, InstrumentId, VenueId } from '#shared/units/ids.ts';
import { type BookStress, bookStress, stressAfter, worstLoss } from './book-stress.ts';
import { closed, closings, legOrder } from './flatten-order.ts';
import { notionalUsd, poolNamed } from './reductions.ts';
import { addCosts, NO_COST, type Tradable, type UnwindCost } from './unwind-cost.ts';

export interface FlattenQuestion {
  readonly book: PoolBook;
  readonly tradable: Tradable;
  /** Orders that may still fill: those of the scope are cancelled first. */
  readonly orders: readonly Order[];
  /** Nothing is sent to these. */
  readonly silent: ReadonlySet<VenueId>;
  /** Pools to flatten, by key; null: all of them. */
  readonly scope: ReadonlySet<string> | null;
  /** Relative spot moves that judge what is left on the way. */
  readonly stress: readonly number[];
}

/** One closing trade of a rehearsal, and how everything stands once it is done. */
export interface FlattenLeg {
  readonly pool: string;
  readonly order: OrderRequest;
  readonly expectedPrice: number;
  readonly cost: UnwindCost;
  readonly notionalUsd: number;
  /** Maintenance ÷ equity of its pool, before and after. */
  readonly ratioBefore: number;
  readonly ratioAfter: number;
  /** Highest ratio of any pool after it. */
  readonly highestRatio: number;
  /** Largest loss of the whole book over the stress moves after it, USD. */
  readonly worstLossUsd: number;
  readonly equityUsd: number;
  /** Share of the quantity that visible depth does not hold. */
  readonly beyondDepth: number;
}

export interface FlattenBlock {
  readonly pool: string;
  readonly instrument: InstrumentId;
  readonly why: string;
}

/** What flattening would do, step by step, before anything is sent. */
export interface FlattenPlan {
  /** Working orders to be cancelled before the first leg. */
  readonly cancels: readonly ClientOrderId[];
  readonly legs: readonly FlattenLeg[];
  /** Positions that cannot be closed now. */
  readonly blocked: readonly FlattenBlock[];
  readonly cost: UnwindCost;
  /** Cost over closed notional, fraction. */
  readonly costShare: number;
  readonly start: { readonly highestRatio: number; readonly worstLossUsd: number; readonly equityUsd: number };
  /** Number of the leg after which the highest ratio stands highest; null without legs. */
  readonly worst: number | null;
  /** Pools that stand worse than at the start at some point. */
  readonly worse: readonly string[];
}

function highestRatio(book: PoolBook): number {
  return Math.max(0, ...book.pools.map(({ rules, pool }) => ratioOf(rules.of(pool))));
}

function equityUsd(book: PoolBook): number {
  return book.pools.reduce((sum, { pool }) => sum + equityOf(pool) * pool.currencyUsd, 0);
}

/** A market order that can only take the position down. */
export function closingOrder(account: AccountId, instrument: InstrumentId, quantity: number): OrderRequest {
  return {
    account,
    instrument,
    side: quantity > 0 ? 'buy' : 'sell',
    // Lots that were added up in float64 are whole again at fifteen digits.
    quantity: absolute(decimal(Number(quantity.toPrecision(15)))),
    type: 'market',
    limit: null,
    trigger: null,
    timeInForce: 'ioc',
    postOnly: false,
    reduceOnly: true,
  };
}

function inScope({ scope }: FlattenQuestion, held: HeldPool): boolean {
  return scope === null || scope.has(held.key);
}

/** Why a position cannot be closed now; null where it can. */
function obstacle(question: FlattenQuestion, held: HeldPool, instrument: InstrumentId, priced: boolean): string | null {
  if (question.silent.has(held.account.venue)) return `${held.account.venue} is silent`;
  const unknown = question.orders.find(
    (one) => one.state === 'UNKNOWN' && one.account === held.account.id && one.instrument === instrument,
  );
  if (unknown) return `order ${unknown.id} is UNKNOWN: what is held is settled by the venue's word first`;
  return priced ? null : 'nobody takes the other side';
}

interface Queue {
  readonly key: string;
  readonly legs: ReturnType<typeof legOrder>;
}

interface Way {
  readonly book: PoolBook;
  readonly stress: BookStress;
}

/** Blocked positions stay in their pool while the order of the others is found. */
function queues(question: FlattenQuestion): { readonly queues: Queue[]; readonly blocked: FlattenBlock[] } {
  const blocked: FlattenBlock[] = [];
  const found = question.book.pools
    .filter((held) => inScope(question, held))
    .map((held): Queue => {
      const priced = new Set(closings(held, question.tradable).map((one) => one.instrument));
      const stuck = new Set<InstrumentId>();
      for (const instrument of held.instruments) {
        const why = obstacle(question, held, instrument, priced.has(instrument));
        if (why === null) continue;
        stuck.add(instrument);
        blocked.push({ pool: held.key, instrument, why });
      }
      const instruments = new Map([...question.tradable.instruments].filter(([id]) => !stuck.has(id)));
      return { key: held.key, legs: legOrder(held, { ...question.tradable, instruments }) };
    });
  return { queues: found, blocked };
}

/** The next leg of the queue whose next leg leaves the whole book the shallowest worst loss; pools hedge each other. */
function nextOf(way: Way, waiting: readonly Queue[]): { readonly queue: Queue; readonly after: Way } | null {
  let best: { queue: Queue; after: Way; loss: number } | null = null;
  for (const queue of waiting) {
    const [leg] = queue.legs;
    if (!leg) continue;
    const held = poolNamed(way.book, queue.key);
    const { quantity } = held.pool.positions[held.instruments.indexOf(leg.instrument)]!;
    const stress = stressAfter(way.stress, held.account.id, leg.instrument, -quantity);
    const loss = worstLoss(stress);
    if (best !== null && best.loss <= loss) continue;
    best = { queue, after: { book: withPool(way.book, closed(held, leg)), stress }, loss };
  }
  return best;
}

function legOf(before: Way, after: Way, queue: Queue): FlattenLeg {
  const leg = queue.legs[0]!;
  const from = poolNamed(before.book, queue.key);
  const to = poolNamed(after.book, queue.key);
  const position = from.instruments.indexOf(leg.instrument);
  const quantity = -from.pool.positions[position]!.quantity;
  return {
    pool: queue.key,
    order: closingOrder(from.account.id, leg.instrument, quantity),
    expectedPrice: leg.unwind.price,
    cost: leg.unwind.cost,
    notionalUsd: notionalUsd(from.pool, position, quantity),
    ratioBefore: ratioOf(from.rules.of(from.pool)),
    ratioAfter: ratioOf(to.rules.of(to.pool)),
    highestRatio: highestRatio(after.book),
    worstLossUsd: worstLoss(after.stress),
    equityUsd: equityUsd(after.book),
    beyondDepth: leg.unwind.beyond / Math.abs(quantity),
  };
}

function worstOf(legs: readonly FlattenLeg[]): number | null {
  if (legs.length === 0) return null;
  return legs.reduce((worst, leg, k) => (leg.highestRatio > legs[worst]!.highestRatio ? k : worst), 0);
}

function worseOf(book: PoolBook, legs: readonly FlattenLeg[]): readonly string[] {
  return book.pools
    .filter(({ key, rules, pool }) => {
      const start = ratioOf(rules.of(pool));
      return legs.some((leg) => leg.pool === key && leg.ratioAfter > start * (1 + 1e-9));
    })
    .map(({ key }) => key);
}

/**
 * The rehearsal of closing every position of the scope: orders to cancel, then the legs in their order with slippage and
 * the margin path. A pure function of what is left: after a crash the same question asked again gives the rest. Coins and
 * cash stay where they are; loans and ranges have exits of their own. Nothing is sent.
 */
export function rehearseFlatten(question: FlattenQuestion): FlattenPlan {
  const { book } = question;
  const { queues: all, blocked } = queues(question);
  const stress = bookStress(book, question.stress);
  const legs: FlattenLeg[] = [];
  let waiting: readonly Queue[] = all;
  let way: Way = { book, stress };
  for (let next = nextOf(way, waiting); next !== null; next = nextOf(way, waiting)) {
    const { queue, after } = next;
    legs.push(legOf(way, after, queue));
    way = after;
    waiting = waiting.map((one) => (one.key === queue.key ? { ...one, legs: one.legs.slice(1) } : one));
  }
  const scoped = new Set(book.pools.filter((held) => inScope(question, held)).map((held) => held.account.id));
  const cost = legs.reduce((sum, leg) => addCosts(sum, leg.cost), NO_COST);
  const notional = legs.reduce((sum, leg) => sum + leg.notionalUsd, 0);
  return {
    cancels: question.orders.filter((one) => isWorking(one.state) && scoped.has(one.account)).map((one) => one.id),
    legs,
    blocked,
    cost,
    costShare: notional === 0 ? 0 : cost.total / notional,
    start: { highestRatio: highestRatio(book), worstLossUsd: worstLoss(stress), equityUsd: equityUsd(book) },
    worst: worstOf(legs),
    worse: worseOf(book, legs),
  };
}
