import { type Book, balanceKey, positionKey } from '#shared/domain/book.ts';
import type { Adjustment } from '#shared/domain/events.ts';
import { absolute, compare, decimal, isZero, multiply, type Price, subtract, ZERO } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fault } from '#shared/units/result.ts';
import type { AccountSnapshot } from './ports.ts';

/** Entries closer than this, relatively, are the same one rounded. */
const ENTRY_TOLERANCE = decimal('0.000001');

/**
 * Fills booked in another order than the venue's split profit otherwise between cash and entry: where the cash is taken
 * from the venue the entry has to be.
 */
function sameEntry(ours: Price, theirs: Price): boolean {
  return compare(absolute(subtract(ours, theirs)), multiply(absolute(theirs), ENTRY_TOLERANCE)) <= 0;
}

function positionDifferences(book: Book, account: AccountId, snapshot: AccountSnapshot): readonly Adjustment[] {
  const theirs = new Map(snapshot.positions.map((one) => [positionKey(account, one.instrument), one]));
  const ours = [...book.positions.values()].filter((one) => one.account === account);
  const keys = new Map([...ours, ...snapshot.positions].map((one) => [positionKey(account, one.instrument), one]));
  const found: Adjustment[] = [];
  for (const [key, { instrument }] of keys) {
    const position = book.positions.get(key);
    const held = position?.quantity ?? ZERO;
    const told = theirs.get(key);
    const quantity = told?.quantity ?? ZERO;
    const entry = told === undefined || isZero(quantity) ? ZERO : told.entry;
    if (compare(held, quantity) === 0 && sameEntry(position?.entry ?? ZERO, entry)) continue;
    found.push({ what: 'position', account, key: instrument, ours: held, theirs: quantity, entry });
  }
  return found;
}

function balanceDifferences(
  book: Book,
  account: AccountId,
  snapshot: AccountSnapshot,
  tolerance: number,
): readonly Adjustment[] {
  const theirs = new Map(snapshot.balances.map((one) => [one.currency, one.cash]));
  const ours = [...book.balances.values()].filter((one) => one.account === account);
  const currencies = new Set([...ours.map((one) => one.currency), ...theirs.keys()]);
  const found: Adjustment[] = [];
  for (const currency of currencies) {
    const held = book.balances.get(balanceKey(account, currency))?.cash ?? ZERO;
    const told = theirs.get(currency) ?? ZERO;
    if (compare(absolute(subtract(held, told)), decimal(tolerance)) <= 0) continue;
    found.push({ what: 'balance', account, key: currency, ours: held, theirs: told });
  }
  return found;
}

/**
 * Where the venue's complete snapshot and the book differ; the venue's word counts. An incomplete snapshot tells
 * nothing: what it leaves out is not flat.
 */
export function differencesOf(
  book: Book,
  account: AccountId,
  snapshot: AccountSnapshot,
  tolerance: number,
): readonly Adjustment[] {
  if (!snapshot.complete) return [];
  return [...positionDifferences(book, account, snapshot), ...balanceDifferences(book, account, snapshot, tolerance)];
}

export function adjustmentAlarm(adjustment: Adjustment): Fault {
  const { account, key, ours, theirs } = adjustment;
  if (adjustment.what === 'position' && compare(ours, theirs) === 0) {
    const { entry } = adjustment;
    const text = `entry of ${key} in ${account}: the venue has ${entry} for the same ${theirs}; adjusted`;
    return fault('adjusted', text, { what: 'entry', account, key, theirs: entry });
  }
  const message = `${adjustment.what} of ${key} in ${account}: the venue has ${theirs}, the book had ${ours}; adjusted`;
  return fault('adjusted', message, { what: adjustment.what, account, key, ours, theirs });
}
