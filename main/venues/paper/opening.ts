import type { Account } from '#shared/domain/account.ts';
import { expiryOf, type Instrument } from '#shared/domain/instrument.ts';
import { flat } from '#shared/domain/position.ts';
import { decimal, fromNumber, isMultipleOf, type Price } from '#shared/units/decimal.ts';
import { type InstrumentId, instrumentId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { DAY, type EpochMs } from '#shared/units/time.ts';
import type { DemoAccount, DemoBook, DemoPosition } from './demo-book.ts';
import { dailyListing, dayOfSettlement, startListing } from './listing.ts';
import type { PaperMarket } from './market.ts';
import { emptyAccount, emptyState, type PaperAccount, type PaperState } from './state.ts';
import type { Tape } from './tape.ts';

/** Entries without a price of their own are rounded to this: far below any tick. */
const ENTRY_STEP = decimal('0.000001');

/** Tells one paper market from another: a saved state belongs to exactly one. */
export function marketKey(demo: DemoBook, tape: Tape, seed: number): string {
  return `${demo.id} on ${tape.id} with seed ${seed}`;
}

/** What is listed at a time: the same after a restart as without one. */
export function listedAt(demo: DemoBook, tape: Tape, market: PaperMarket, now: EpochMs): Map<InstrumentId, Instrument> {
  const all = startListing(demo, tape.underlying, tape.startAt, market.index(tape.startAt));
  for (let at = dayOfSettlement(tape.startAt) + DAY; at <= now; at += DAY) {
    all.push(...dailyListing(demo, tape.underlying, at, market.index(at)));
  }
  const listed = new Map<InstrumentId, Instrument>();
  for (const one of all)
    if ((expiryOf(one) ?? Number.POSITIVE_INFINITY) > now && !listed.has(one.id)) listed.set(one.id, one);
  return listed;
}

export function ownerOf({ id, venue, name, rules, leverage }: DemoAccount): Account {
  return leverage === undefined ? { id, venue, name, rules } : { id, venue, name, rules, leverage };
}

function wrongPosition(demo: DemoBook, owner: DemoAccount, position: DemoPosition, why: string): FaultError {
  const message = `demo book ${demo.id}, account ${owner.id}, position ${position.instrument}: ${why}`;
  return new FaultError(fault('demo-book', message, { account: owner.id, instrument: position.instrument }));
}

function openAccount(
  demo: DemoBook,
  owner: DemoAccount,
  listed: ReadonlyMap<InstrumentId, Instrument>,
  market: PaperMarket,
  at: EpochMs,
): PaperAccount {
  const account = emptyAccount(owner.id);
  for (const { currency, amount } of owner.balances) account.cash.set(currency, amount);
  for (const held of owner.positions) {
    const instrument = listed.get(instrumentId(owner.venue, held.instrument));
    if (!instrument) throw wrongPosition(demo, owner, held, 'the instrument is not listed at the start of the tape');
    if (instrument.kind === 'spot') throw wrongPosition(demo, owner, held, 'spot is held as a balance');
    if (!isMultipleOf(held.quantity, instrument.lot)) {
      throw wrongPosition(demo, owner, held, `expected a multiple of the lot ${instrument.lot}, was ${held.quantity}`);
    }
    const entry = held.entry ?? fromNumber<Price>(market.mark(instrument, at).mark, ENTRY_STEP, 'nearest');
    account.positions.set(instrument.id, { ...flat(owner.id, instrument.id), quantity: held.quantity, entry });
  }
  return account;
}

/** The state at the start of the tape: every account with its balances and positions, nothing traded yet. */
export function openState(demo: DemoBook, tape: Tape, market: PaperMarket, key: string): PaperState {
  const state = emptyState(key, tape.startAt);
  const listed = listedAt(demo, tape, market, tape.startAt);
  for (const owner of demo.accounts) {
    state.accounts.set(owner.id, openAccount(demo, owner, listed, market, tape.startAt));
  }
  return state;
}
