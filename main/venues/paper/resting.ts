import { type Instrument, isContract } from '#shared/domain/instrument.ts';
import { fromNumber, isZero, type Quantity, toNumber } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, SECOND } from '#shared/units/time.ts';
import { release } from './arrivals.ts';
import { missing } from './books.ts';
import { restingStep, type Top } from './matching.ts';
import { crossed } from './order-checks.ts';
import { TICK_MS } from './path.ts';
import type { PaperOrder } from './state.ts';
import { endOrder, fillAsMaker, mayTrade } from './trading.ts';
import type { World } from './world.ts';

/** Share of the tape's volume that trades in an instrument, on one side of its book. */
const VOLUME_SHARE = { spot: 0.25, perpetual: 0.5, future: 0.05, option: 0.0005 } as const;

function topOf(world: World, instrument: Instrument, at: EpochMs): Top {
  const [bid, ask] = (({ bids, asks }) => [bids[0], asks[0]])(
    world.books.sides(instrument, at, world.state.taken.get(instrument.id), 1),
  );
  return {
    bid: bid?.price ?? Number.NEGATIVE_INFINITY,
    bidSize: bid?.size ?? 0,
    ask: ask?.price ?? Number.POSITIVE_INFINITY,
    askSize: ask?.size ?? 0,
  };
}

/** Nothing can happen to an order this tick: both bests stand away from it and the trader took nothing lately. */
function outOfReach(world: World, order: PaperOrder, instrument: Instrument, limit: number, at: EpochMs): boolean {
  const taken = world.state.taken.get(instrument.id);
  if (taken) {
    const still = missing(taken, at);
    if (Math.max(still.bids, still.asks) >= Number(instrument.lot) / 2) return false;
  }
  const { bid, ask } = world.books.touch(instrument, at);
  return order.terms.side === 'buy' ? (bid ?? 0) > limit : (ask ?? Number.POSITIVE_INFINITY) < limit;
}

function stepResting(world: World, order: PaperOrder, instrument: Instrument, at: EpochMs): void {
  const { side, limit: price } = order.terms;
  const limit = Number(price);
  const turn = turnOf(instrument, at);
  if (!isContract(instrument) || turn === 0 || outOfReach(world, order, instrument, limit, at)) return;
  const coins = world.market.volume(at) * VOLUME_SHARE[instrument.kind] * (turn / TICK_MS);
  const usdUnit = instrument.payoff === 'inverse' && instrument.kind !== 'option';
  const volume = usdUnit ? coins * world.market.index(at) : coins;
  const left = mayTrade(world, order);
  if (isZero(left)) {
    endOrder(world, order, 'CANCELLED', fault('nothing-to-reduce', 'the position it was to reduce is closed'));
    return;
  }
  const lot = Number(instrument.lot);
  const resting = { side, limit, left: toNumber(left), queueAhead: order.queueAhead };
  const { filled, queueAhead } = restingStep(resting, topOf(world, instrument, at), volume, lot);
  const quantity = fromNumber<Quantity>(filled, instrument.lot, 'nearest');
  fillAsMaker(world, order, instrument, { quantity, queueAhead }, at);
}

/** Resting option orders are looked at this often: their makers requote less often than those of perpetuals. */
const OPTION_EVERY = 5 * SECOND;

/** Time since a resting order was last looked at, or 0 when this tick is none of its. */
function turnOf(instrument: Instrument, at: EpochMs): DurationMs {
  if (instrument.kind !== 'option') return TICK_MS;
  return at % OPTION_EVERY === 0 ? OPTION_EVERY : 0;
}

/** One tick for every order that waits: stops whose trigger is reached go off, resting ones trade as makers. */
export function stepOrders(world: World, at: EpochMs): void {
  if (world.working.size === 0) return;
  for (const { id } of [...world.working.values()]) {
    const order = world.working.get(id);
    const instrument = order && world.instruments.get(order.terms.instrument);
    if (!order || !instrument) continue;
    if (order.terms.type !== 'stop') stepResting(world, order, instrument, at);
    else if (crossed(order.terms, world.market.mark(instrument, at).mark)) release(world, order, instrument, at);
  }
}
