import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { decimal, fromNumber, isZero, negate, type Price, ZERO } from '#shared/units/decimal.ts';
import { DAY, type EpochMs, HOUR, MINUTE } from '#shared/units/time.ts';
import { bookTrade } from './accounts.ts';
import { PAPER_VENUES, SETTLEMENT_HOUR } from './demo-book.ts';
import { cashStep, deliveryFee } from './fees.ts';
import { dailyListing } from './listing.ts';
import { endOrder } from './trading.ts';
import { indexPrice, type World } from './world.ts';

/** Delivery prices are the index's average over this long before expiry. */
const AVERAGED = 30 * MINUTE;
const CENT = decimal('0.01');

/** What one unit is worth at delivery, in the instrument's quote unit; `average` is the delivery price of the index. */
export function deliveryPrice(instrument: Instrument, average: number): Price {
  if (instrument.kind !== 'option') return fromNumber<Price>(average, CENT, 'nearest');
  const strike = Number(instrument.strike);
  const worth = Math.max(instrument.right === 'call' ? average - strike : strike - average, 0);
  const quoted = instrument.payoff === 'inverse' ? worth / average : worth;
  return fromNumber<Price>(quoted, cashStep(instrument), 'nearest');
}

function deliver(world: World, instrument: Instrument, average: number, at: EpochMs): void {
  const price = deliveryPrice(instrument, average);
  const index = indexPrice(world, at);
  for (const account of world.state.accounts.values()) {
    const position = account.positions.get(instrument.id);
    if (!position || isZero(position.quantity)) continue;
    const execution = { quantity: negate(position.quantity), price, index };
    const delivered = { ...execution, index: fromNumber<Price>(average, CENT, 'nearest') };
    const fee = world.isDeliveryFree ? ZERO : deliveryFee(instrument, delivered);
    const fill = bookTrade(world.state, {
      ...execution,
      account: account.id,
      instrument,
      order: null,
      fee,
      liquidity: 'taker',
      cause: 'settlement',
      at,
    });
    world.emit(instrument.venue, { type: 'fill', fill });
  }
}

function expire(world: World, instrument: Instrument, average: number, at: EpochMs): void {
  for (const order of [...world.working.values()]) {
    if (order.terms.instrument === instrument.id) endOrder(world, order, 'EXPIRED', null);
  }
  deliver(world, instrument, average, at);
  world.instruments.delete(instrument.id);
  world.state.taken.delete(instrument.id);
}

/** Lists what is not listed yet, and tells it per venue. */
export function list(world: World, instruments: readonly Instrument[]): void {
  const fresh = instruments.filter((one) => !world.instruments.has(one.id)).map(world.terms);
  for (const one of fresh) world.instruments.set(one.id, one);
  for (const venue of PAPER_VENUES) {
    const listed = fresh.filter((one) => one.venue === venue);
    if (listed.length > 0) world.emit(venue, { type: 'instruments', instruments: listed });
  }
}

/** At 08:00 UTC what has expired is delivered and the next dailies are listed. */
export function stepSettlement(world: World, at: EpochMs): void {
  if (at % DAY !== SETTLEMENT_HOUR * HOUR) return;
  const due = [...world.instruments.values()].filter((one) => (expiryOf(one) ?? Number.POSITIVE_INFINITY) <= at);
  if (due.length > 0) {
    const average = world.market.average(at - AVERAGED, at);
    for (const instrument of due) expire(world, instrument, average, at);
  }
  list(world, dailyListing(world.demo, world.tape.underlying, at, world.market.index(at)));
}
