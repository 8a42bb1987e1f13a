import type { Side } from '#shared/domain/order.ts';
import { compare, type Price, roundToStep } from '#shared/units/decimal.ts';
import type { WireInstrument } from './wire-market.ts';

/** Ticks of one instrument: the finest, and coarser ones above some prices. */
export type TickSteps = Pick<WireInstrument, 'tick_size' | 'tick_size_steps'>;

function tickAt({ tick_size, tick_size_steps }: TickSteps, price: Price): Price {
  const above = (tick_size_steps ?? []).filter((step) => compare(price, step.above_price) > 0);
  return above.reduce<Price>((tick, step) => (compare(step.tick_size, tick) > 0 ? step.tick_size : tick), tick_size);
}

/**
 * A limit on the tick that holds at its price. An instrument of Keel's has one tick, the finest; where Deribit's is
 * coarser the price moves to the trader's side of what he wanted, never beyond it: a bid down, an offer up.
 */
export function onTick(steps: TickSteps, side: Side, price: Price): Price {
  return roundToStep(price, tickAt(steps, price), side === 'buy' ? 'down' : 'up');
}
