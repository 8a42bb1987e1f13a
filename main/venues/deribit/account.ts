import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { type Decimal, decimal, fromNumber, isZero, ZERO } from '#shared/units/decimal.ts';
import { type Currency, instrumentId } from '#shared/units/ids.ts';
import type { WirePosition, WireSummary } from './wire-account.ts';

const CASH_STEP = decimal('0.00000001');
const DOLLARS: ReadonlySet<Currency> = new Set(['USD', 'USDC', 'USDT']);

/** USD per unit of a currency; 1 for dollars. */
export type CurrencyUsd = (currency: Currency) => number;

/** Settlement currency of a position's instrument; null where it is not listed. */
export type SettlementOf = (name: string) => Currency | null;

/** The account with the margin rules it is under: all its currencies share one model. */
export function accountOf(
  account: Pick<Account, 'id' | 'name'>,
  venue: Account['venue'],
  summaries: readonly WireSummary[],
): Account {
  const portfolio = summaries.some(
    (one) => one.portfolio_margining_enabled === true || one.margin_model?.endsWith('_pm'),
  );
  return { ...account, venue, rules: portfolio ? 'deribit-portfolio' : 'deribit-standard' };
}

/**
 * Cash as Keel counts it: everything but the worth of options and the unrealised profit of futures since entry. Deribit
 * realises that profit into the balance every day at settlement, without moving the entry; what it has moved so far is
 * a future's total profit less its profit of this session, whatever the mark. Funding of this session is not booked
 * before its settlement either.
 */
function cashOf(summary: WireSummary, positions: readonly WirePosition[]): Decimal {
  const early = positions
    .filter((one) => one.kind === 'future')
    .reduce((sum, one) => sum + one.total_profit_loss - one.floating_profit_loss + (one.realized_funding ?? 0), 0);
  const cash = summary.equity - summary.options_value - summary.futures_session_upl - early;
  return fromNumber<Decimal>(cash, CASH_STEP, 'nearest');
}

/** Deribit's own margin figures of one currency. */
export function poolOf(
  account: Account,
  figures: Pick<WireSummary, 'currency' | 'equity' | 'margin_balance' | 'initial_margin' | 'maintenance_margin'>,
  currencyUsd: CurrencyUsd,
): PoolMargin {
  const { currency, equity, initial_margin: initialMargin, maintenance_margin: maintenanceMargin } = figures;
  const marginBalance = figures.margin_balance ?? equity;
  const over = marginBalance > 0 ? maintenanceMargin / marginBalance : Number.POSITIVE_INFINITY;
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency,
    currencyUsd: DOLLARS.has(currency) ? 1 : currencyUsd(currency),
    equity,
    marginBalance,
    initialMargin,
    maintenanceMargin,
    ratio: maintenanceMargin === 0 ? 0 : over,
    available: marginBalance - initialMargin,
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
  };
}

export interface Holdings {
  readonly account: Account;
  readonly summaries: readonly WireSummary[];
  readonly positions: readonly WirePosition[];
}

/**
 * Balances, positions and pools. Not complete when the venue's own answers contradict one another: no currencies at all,
 * or margin asked for without a position to ask it for, is a report that failed and not an account that is flat.
 */
export function holdingsOf(
  { account, summaries, positions }: Holdings,
  settlementOf: SettlementOf,
  currencyUsd: CurrencyUsd,
): Pick<AccountSnapshot, 'balances' | 'positions' | 'pools' | 'complete'> {
  const held = positions.filter((one) => !isZero(one.size));
  const asked = summaries.some((one) => one.maintenance_margin > 0 || one.options_value !== 0);
  const balances = summaries.map((summary): Balance => {
    const own = positions.filter((one) => settlementOf(one.instrument_name) === summary.currency);
    return { account: account.id, currency: summary.currency, cash: cashOf(summary, own) };
  });
  return {
    balances: balances.filter((one) => one.cash !== ZERO),
    positions: held
      .filter((one) => one.kind === 'future' || one.kind === 'option')
      .map((one) => ({
        account: account.id,
        instrument: instrumentId(account.venue, one.instrument_name),
        quantity: one.size,
        entry: one.average_price,
      })),
    pools: summaries.map((summary) => poolOf(account, summary, currencyUsd)),
    complete: summaries.length > 0 && (held.length > 0 || !asked),
  };
}
