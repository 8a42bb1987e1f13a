import { positionKey } from '#shared/domain/book.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { absolute, compare, decimal, isZero, type Price, sign } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import { type DurationMs, type EpochMs, MINUTE } from '#shared/units/time.ts';
import { referencePrice } from './collar.ts';
import { type Core, raiseAlarm } from './core.ts';
import { heldQuantity, notionalUsd } from './exposure.ts';
import { bookingOf } from './order-updates.ts';

/** booked: new. known: booked before, or part of the snapshot the account was opened with. unlisted: not booked yet. */
export type Booked = 'booked' | 'known' | 'unlisted';

/** Setting that holds the venue time of the snapshot an account was opened with. */
export function openedSetting(account: AccountId): string {
  return `opened:${account}`;
}

/** The account's opening snapshot already holds what the venue did until then. */
function beforeOpening(core: Core, account: AccountId, at: EpochMs): boolean {
  if (!core.book.accounts.has(account)) return true;
  const opened = core.recorder.journal.readSetting(openedSetting(account));
  return opened !== null && at <= Number(opened);
}

/** Books a fill once. What the venue traded always reaches the position; see {@link bookingOf} for what does not fit. */
export function bookFill(core: Core, fill: Fill): Booked {
  const { recorder, book, clock, arming } = core;
  if (isZero(fill.quantity) || recorder.journal.hasFill(fill.venue, fill.account, fill.trade)) return 'known';
  const ours = fill.order !== null && book.orders.has(fill.order);
  if (!ours && beforeOpening(core, fill.account, fill.at)) return 'known';
  if (!book.instruments.has(fill.instrument)) return 'unlisted';
  const booking = bookingOf(book, fill, clock.now());
  recorder.append(booking.events);
  if (booking.alarm !== null) arming.disarmAccount(fill.account, booking.alarm);
  watchLimit(core, fill);
  return 'booked';
}

/** An index older than this is no rate. */
const OLDEST_INDEX: DurationMs = 5 * MINUTE;

/** The index of the coin a payment is in: kept with it, since the recorded market may be dropped. */
function indexOf({ market, book }: Core, { instrument, currency }: FundingPayment): Price | null {
  if (book.instruments.get(instrument)?.underlying !== currency) return null;
  const view = market.quote(instrument);
  return view === null || view.ageMs > OLDEST_INDEX ? null : decimal(view.quote.index);
}

/** Books a funding payment once. */
export function bookFunding(core: Core, payment: FundingPayment): Booked {
  const { recorder, book } = core;
  if (recorder.journal.hasFunding(payment.account, payment.id)) return 'known';
  if (beforeOpening(core, payment.account, payment.at)) return 'known';
  if (!book.instruments.has(payment.instrument)) return 'unlisted';
  const index = indexOf(core, payment);
  recorder.append([{ type: 'funding', payment, ...(index === null ? {} : { index }) }]);
  return 'booked';
}

/** A position beyond its limit (late fills, a liquidation elsewhere, the market) disarms and raises an alarm. */
function watchLimit(core: Core, fill: Fill): void {
  const breach = limitBreach(core, fill);
  if (breach === null) return;
  raiseAlarm(core, breach);
  core.arming.disarmAccount(fill.account, breach);
}

function limitBreach(core: Core, fill: Fill): Fault | null {
  const instrument = core.book.instruments.get(fill.instrument);
  const view = core.market.quote(fill.instrument);
  const reference = view === null ? null : referencePrice(view.quote);
  if (instrument === undefined || view === null || reference === null) return null;
  const held = heldQuantity(core.book, fill.account, instrument);
  // Only what grew is a breach of this fill: a position on its way down is not told about again.
  if (sign(held) !== sign(fill.quantity)) return null;
  const notional = notionalUsd(instrument, absolute(held), reference, decimal(view.quote.index));
  const limit = decimal(core.limits.positionNotionalUsd);
  if (!notional.ok || compare(notional.value, limit) <= 0) return null;
  const message = `${positionKey(fill.account, fill.instrument)}: position notional ${notional.value} USD is beyond ${limit} USD`;
  return fault('limit-breach', message, { account: fill.account, instrument: fill.instrument, limitUsd: limit });
}
