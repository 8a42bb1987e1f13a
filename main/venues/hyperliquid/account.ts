import type { AccountSnapshot } from '#main/engine/ports.ts';
import type { Account, Balance } from '#shared/domain/account.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import {
  add,
  type Decimal,
  decimal,
  isZero,
  multiply,
  roundToStep,
  subtract,
  toNumber,
  ZERO,
} from '#shared/units/decimal.ts';
import type { HyperliquidConfig } from './config.ts';
import { type Listed, underlyingOf } from './instruments.ts';
import type { Listing } from './listing.ts';
import type { WirePosition, WireSpotState, WireState } from './wire-account.ts';

const DOLLAR = 'USDC';
const CASH_STEP = decimal('0.00000001');

/**
 * How the venue keeps an account's money. unified: one balance of USDC, held with the spot coins, stands against
 * perpetuals too. apart: perpetuals and spot have a balance each, and are an account each here.
 */
export type Keeping = 'unified' | 'apart';

export function keepingOf(abstraction: string): Keeping {
  return abstraction === 'unifiedAccount' || abstraction === 'portfolioMargin' ? 'unified' : 'apart';
}

/** The accounts in the book that one account of the venue is. */
export interface Accounts {
  readonly all: readonly Account[];
  of(listed: Listed): Account;
}

export function accountsOf(config: Pick<HyperliquidConfig, 'account' | 'venue'>, keeping: Keeping): Accounts {
  const main: Account = { ...config.account, venue: config.venue, rules: 'hyperliquid' };
  if (keeping === 'unified') return { all: [main], of: () => main };
  const { id, name } = config.account;
  const spot: Account = { id: `${id}-spot`, name: `${name} spot`, venue: config.venue, rules: 'unmargined' };
  return { all: [main, spot], of: ({ instrument }) => (instrument.kind === 'spot' ? spot : main) };
}

/** What the venue says an account holds, as of one time. */
export interface Holding {
  readonly keeping: Keeping;
  readonly perpetuals: WireState;
  readonly spot: WireSpotState;
}

function sum<T>(of: readonly T[], value: (one: T) => Decimal): Decimal {
  return of.reduce<Decimal>((total, one) => add(total, value(one)), ZERO);
}

/**
 * Cash as Keel counts it: without unrealised profit. Of a unified account it is the USDC balance less that profit; of
 * perpetuals apart the raw dollars, which a long was paid from, and what the positions cost.
 */
function dollarsOf({ keeping, perpetuals, spot }: Holding, positions: readonly WirePosition[]): Decimal {
  if (keeping === 'apart') {
    const paid = sum(positions, (one) => multiply(one.szi, one.entryPx ?? ZERO));
    return roundToStep(add(perpetuals.marginSummary.totalRawUsd, paid), CASH_STEP, 'nearest');
  }
  const total = spot.balances.find((one) => one.coin === DOLLAR)?.total ?? ZERO;
  return roundToStep(
    subtract(
      total,
      sum(positions, (one) => one.unrealizedPnl),
    ),
    CASH_STEP,
    'nearest',
  );
}

/** The venue's own figures of the cross pool; what isolated positions stand on is not in it. */
function poolOf(account: Account, { keeping, perpetuals, spot }: Holding): PoolMargin {
  const { crossMarginSummary, crossMaintenanceMarginUsed, assetPositions } = perpetuals;
  const isolated = assetPositions.map((one) => one.position).filter((one) => one.leverage.type === 'isolated');
  const total = spot.balances.find((one) => one.coin === DOLLAR)?.total ?? ZERO;
  const unified = subtract(
    total,
    sum(isolated, (one) => one.marginUsed),
  );
  const equity = toNumber(keeping === 'unified' ? unified : crossMarginSummary.accountValue);
  const [initialMargin, maintenanceMargin] = [
    toNumber(crossMarginSummary.totalMarginUsed),
    toNumber(crossMaintenanceMarginUsed),
  ];
  const over = equity > 0 ? maintenanceMargin / equity : Number.POSITIVE_INFINITY;
  return {
    account: account.id,
    venue: account.venue,
    rules: account.rules,
    currency: DOLLAR,
    currencyUsd: 1,
    equity,
    marginBalance: equity,
    initialMargin,
    maintenanceMargin,
    ratio: maintenanceMargin === 0 ? 0 : over,
    available: equity - initialMargin,
    liquidationBelow: null,
    liquidationAbove: null,
    distance: null,
    distanceSigmaDays: null,
  };
}

type Held = Pick<AccountSnapshot, 'balances' | 'positions' | 'pools' | 'complete'>;

/** What stands in the spot balances; `dollars` instead of the venue's figure where that counts profit. */
function spotBalances(account: Account, spot: WireSpotState, dollars: Decimal | null): readonly Balance[] {
  const coins = spot.balances.map(({ coin, total }): Balance => {
    const cash = coin === DOLLAR && dollars !== null ? dollars : total;
    return { account: account.id, currency: underlyingOf(coin), cash };
  });
  return coins.filter((one) => !isZero(one.cash));
}

/**
 * Balances, positions and pool. Not complete when the venue's own answers contradict one another: margin asked for
 * without a position to ask it for, or a position in what is no market, is a report that failed.
 */
export function holdingsOf(account: Account, holding: Holding, listing: Pick<Listing, 'byCoin'>): Held {
  const { keeping, perpetuals, spot } = holding;
  if (account.rules === 'unmargined') {
    return { balances: spotBalances(account, spot, null), positions: [], pools: [], complete: true };
  }
  const held = perpetuals.assetPositions.map((one) => one.position).filter((one) => !isZero(one.szi));
  const dollars = dollarsOf(holding, held);
  const positions = held.flatMap((one) => {
    const instrument = listing.byCoin(one.coin)?.instrument.id;
    const { szi: quantity, entryPx } = one;
    return instrument === undefined ? [] : [{ account: account.id, instrument, quantity, entry: entryPx ?? ZERO }];
  });
  const asked = !isZero(perpetuals.crossMaintenanceMarginUsed) || !isZero(perpetuals.marginSummary.totalMarginUsed);
  const apart: readonly Balance[] = isZero(dollars) ? [] : [{ account: account.id, currency: DOLLAR, cash: dollars }];
  return {
    balances: keeping === 'unified' ? spotBalances(account, spot, dollars) : apart,
    positions,
    pools: [poolOf(account, holding)],
    complete: positions.length === held.length && (held.length > 0 || !asked),
  };
}
