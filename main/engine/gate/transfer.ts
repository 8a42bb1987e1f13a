import type { KeyStatus } from '#main/engine/arming.ts';
import type { TradingStatus } from '#main/engine/trading-state.ts';
import type { Mandate } from '#shared/domain/automation.ts';
import { type Book, cashOf } from '#shared/domain/book.ts';
import type { Transfer, TransferRequest } from '#shared/domain/transfer.ts';
import { add, compare, type Decimal, decimal, multiply, sign } from '#shared/units/decimal.ts';
import { figure, usd } from './figures.ts';
import { mandateDenial } from './permission.ts';
import { denied, passed, type VenueReadiness, type Verdict } from './verdict.ts';

/** What a transfer is judged against. */
export interface TransferContext {
  readonly book: Book;
  readonly trading: TradingStatus;
  readonly keys: KeyStatus;
  /** Of the rule that sends; null for a hand. */
  readonly mandate: Mandate | null;
  readonly venues: { readonly from: VenueReadiness | null; readonly to: VenueReadiness | null };
  /** Transfers that have left and are not settled. */
  readonly underWay: readonly Transfer[];
  /** USD per unit of the currency; null: unknown. */
  readonly currencyUsd: Decimal | null;
}

type TransferCheck = (request: TransferRequest, context: TransferContext) => Verdict;

/** Money between own accounts is neither new risk nor a reduction: it passes while anything but cancels may. */
const moving: TransferCheck = (_request, { trading }) => {
  const { state, reductions, reason } = trading;
  if (state === 'ACTIVE' || reductions) return passed('Trading state', `trading is ${state}`);
  return denied('Trading state', 'trading-halted', `trading is ${state}: no money is moved (${reason.message})`);
};

const permitted: TransferCheck = ({ from }, { keys, mandate }) => {
  if (mandate !== null) {
    return mandateDenial(mandate) ?? passed('Keys', `the trader lets ${mandate.rule.controller} move money`);
  }
  if (keys.state !== 'ARMED') {
    const text = `keys are ${keys.state}: arm them before money is moved (${keys.reason.message})`;
    return denied('Keys', `keys-${keys.state.toLowerCase()}`, text);
  }
  if (keys.accounts.includes(from)) return passed('Keys', `keys are armed for ${from}`);
  return denied('Keys', 'keys-account', `keys are armed for ${keys.accounts.join(', ')}, not for ${from}`);
};

const ends: TransferCheck = ({ from, to }, { book, venues }) => {
  const missing = [from, to].find((one) => !book.accounts.has(one));
  if (missing !== undefined) return denied('Accounts', 'unknown-account', `there is no account ${missing}`);
  if (from === to) return denied('Accounts', 'same-account', `${from} cannot send money to itself`);
  if (venues.from?.capabilities.transfers !== true) {
    return denied('Accounts', 'not-supported', `the venue of ${from} sends no money by itself: it is yours to move`);
  }
  for (const [account, venue] of [[from, venues.from], [to, venues.to]] as const) {
    if (venue?.status === 'live' && venue.reconciled) continue;
    return denied('Accounts', 'venue-not-live', `the venue of ${account} is not live and reconciled`);
  } // biome-ignore format: one glance
  return passed('Accounts', `${from} and ${to} are live`);
};

const amount: TransferCheck = ({ from, currency, quantity }, { book }) => {
  const cash = cashOf(book, from, currency);
  if (sign(quantity) <= 0) return denied('Amount', 'bad-quantity', `a transfer moves more than 0, was ${quantity}`);
  if (compare(quantity, cash) <= 0) return passed('Amount', `${figure(quantity)} of ${figure(cash)} ${currency}`);
  return denied('Amount', 'insufficient-funds', `${from} has ${figure(cash)} ${currency}, not ${figure(quantity)}`);
};

const settled: TransferCheck = ({ from, to }, { underWay }) => {
  const open = underWay.find((one) => [one.from, one.to].some((end) => end === from || end === to));
  if (open === undefined) return passed('Under way', 'no other transfer of these accounts is open');
  return denied('Under way', 'transfer-open', `transfer ${open.id} of ${open.from} to ${open.to} is ${open.state}`);
};

const withinBudget: TransferCheck = ({ currency, quantity }, { mandate, currencyUsd }) => {
  if (currencyUsd === null) return denied('Budget', 'missing-reference', `${currency} has no dollar price`);
  const worth = multiply(quantity, currencyUsd);
  if (mandate === null) return passed('Budget', `${usd(worth)} of own money`);
  const { budget } = mandate.rule;
  const used = add(decimal(mandate.use.notionalUsd), worth);
  if (compare(worth, decimal(budget.perOrderUsd)) > 0 || compare(used, decimal(budget.notionalUsd)) > 0) {
    const text = `${usd(worth)} does not fit the rule's ${budget.perOrderUsd} at once and ${budget.notionalUsd} in all`;
    return denied('Budget', 'budget-session', text, { usedUsd: used });
  }
  return passed('Budget', `${usd(used)} of ${budget.notionalUsd} USD of the rule`);
};

const CHECKS: readonly TransferCheck[] = [moving, permitted, ends, amount, settled, withinBudget];

/** Judges one transfer; one denial is enough to refuse. */
export function judgeTransfer(request: TransferRequest, context: TransferContext): readonly Verdict[] {
  return CHECKS.map((check) => check(request, context));
}
