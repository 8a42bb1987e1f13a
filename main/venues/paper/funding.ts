import type { Instrument } from '#shared/domain/instrument.ts';
import { toNumber } from '#shared/units/decimal.ts';
import { type EpochMs, HOUR, MINUTE } from '#shared/units/time.ts';
import { bookFunding } from './accounts.ts';
import { DERIBIT, HYPERLIQUID } from './demo-book.ts';
import { fundingOf } from './market.ts';
import type { PaperAccount } from './state.ts';
import type { World } from './world.ts';

const FUNDING_PERIOD = 8 * HOUR;

/** Value of one unit of position per unit of price ratio, in settlement currency: coins of an inverse, dollars else. */
function notionalOf(world: World, instrument: Instrument, quantity: number, at: EpochMs): number {
  const index = world.market.index(at);
  return instrument.payoff === 'inverse' ? quantity / index : quantity * index;
}

function* perpetuals(world: World, account: PaperAccount): Generator<{ instrument: Instrument; quantity: number }> {
  for (const position of account.positions.values()) {
    const instrument = world.instruments.get(position.instrument);
    if (instrument?.kind === 'perpetual') yield { instrument, quantity: toNumber(position.quantity) };
  }
}

/** Deribit accrues funding continuously; here for each minute on the position at its end. */
function accrue(world: World, at: EpochMs): void {
  for (const account of world.state.accounts.values()) {
    for (const { instrument, quantity } of perpetuals(world, account)) {
      if (instrument.venue !== DERIBIT) continue;
      const funding = world.market.recordedFunding(at) ?? fundingOf(DERIBIT, world.market.premium(DERIBIT, at));
      const share = (funding * MINUTE) / FUNDING_PERIOD;
      const earned = -notionalOf(world, instrument, quantity, at) * share;
      account.accrued.set(instrument.id, (account.accrued.get(instrument.id) ?? 0) + earned);
    }
  }
}

/** Hyperliquid averages the premium over the hour; without an account there nobody pays it. */
function samplePremiums(world: World, at: EpochMs): void {
  if (world.demo.accounts.every((one) => one.venue !== HYPERLIQUID)) return;
  for (const instrument of world.instruments.values()) {
    if (instrument.venue !== HYPERLIQUID || instrument.kind !== 'perpetual') continue;
    const { sum, count } = world.state.premiums.get(instrument.id) ?? { sum: 0, count: 0 };
    world.state.premiums.set(instrument.id, { sum: sum + world.market.premium(HYPERLIQUID, at), count: count + 1 });
  }
}

function pay(world: World, account: PaperAccount, instrument: Instrument, amount: number, at: EpochMs): void {
  const payment = bookFunding(world.state, account, instrument, amount, at);
  if (payment) world.emit(instrument.venue, { type: 'funding', payment });
}

/** An eighth of the 8-hour figure on the position held. */
function payHyperliquid(world: World, account: PaperAccount, at: EpochMs): void {
  for (const { instrument, quantity } of perpetuals(world, account)) {
    if (instrument.venue !== HYPERLIQUID) continue;
    const { sum, count } = world.state.premiums.get(instrument.id) ?? { sum: 0, count: 0 };
    const modelled = count === 0 ? 0 : fundingOf(HYPERLIQUID, sum / count);
    const hourly = (world.market.recordedFunding(at) ?? modelled) / 8;
    pay(world, account, instrument, -notionalOf(world, instrument, quantity, at) * hourly, at);
  }
}

/** Deribit's accrued funding is booked on the hour, Hyperliquid's for the hour. */
function settleHour(world: World, at: EpochMs): void {
  for (const account of world.state.accounts.values()) {
    for (const [id, amount] of account.accrued) {
      const instrument = world.instruments.get(id);
      if (instrument) pay(world, account, instrument, amount, at);
    }
    account.accrued.clear();
    payHyperliquid(world, account, at);
  }
  world.state.premiums.clear();
}

/** Funding's part of a tick: something happens on whole minutes and on whole hours only. */
export function stepFunding(world: World, at: EpochMs): void {
  if (at % MINUTE !== 0) return;
  accrue(world, at);
  samplePremiums(world, at);
  if (at % HOUR === 0) settleHour(world, at);
}
