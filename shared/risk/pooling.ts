import type { AccountRules } from '#shared/domain/account.ts';
import type { Currency } from '#shared/units/ids.ts';

/** A row of an account, as much as its pools depend on it. */
export interface PooledRow {
  /** Row of the holding table. */
  readonly h: number;
  readonly cash: boolean;
  /** Settlement currency, or that of the cash. */
  readonly currency: Currency;
  readonly quantity: number;
}

/** One pool of an account; lists are rows of the holding table. */
export interface PooledRows {
  readonly currency: Currency;
  /** Cash in that currency. */
  readonly cash: number;
  readonly positions: readonly number[];
  /** Other cash and lending tokens, where the rules take them as collateral or debt. */
  readonly assets: readonly number[];
}

/**
 * What pools are counted in (null: each settlement currency), which cash secures them beside their own, and whether they
 * hold positions of every settlement currency or of their own alone.
 */
interface Pooling {
  readonly currency: Currency | null;
  readonly assets: 'none' | 'others' | 'all';
  readonly every?: true;
}

const BY_SETTLEMENT: Pooling = { currency: null, assets: 'none' };
const WITH_COLLATERAL: Pooling = { currency: 'USDC', assets: 'others' };

const POOLING: Readonly<Record<AccountRules, Pooling>> = {
  'deribit-standard': BY_SETTLEMENT,
  'deribit-portfolio': BY_SETTLEMENT,
  'derive-standard': WITH_COLLATERAL,
  'derive-portfolio': WITH_COLLATERAL,
  hyperliquid: { currency: 'USDC', assets: 'none' },
  'perp-v2': { currency: 'USDC', assets: 'none' },
  'aave-v3': { currency: 'USD', assets: 'all' },
  unmargined: { currency: 'USD', assets: 'all', every: true },
};

function poolOf(currency: Currency, rows: readonly PooledRow[], pooling: Pooling): PooledRows | null {
  const cash = rows.filter((one) => one.cash);
  const own = pooling.assets === 'all' ? undefined : cash.find((one) => one.currency === currency);
  const positions = rows.filter((one) => !one.cash && (pooling.every || one.currency === currency));
  const assets = pooling.assets === 'none' ? [] : cash.filter((one) => one !== own);
  if (positions.length === 0 && !own && assets.length === 0) return null;
  return {
    currency,
    cash: own?.quantity ?? 0,
    positions: positions.map((one) => one.h),
    assets: assets.map((one) => one.h),
  };
}

/** Margin pools of one account: by settlement currency at Deribit, one dollar pool elsewhere. */
export function pooled(rules: AccountRules, rows: readonly PooledRow[]): readonly PooledRows[] {
  const pooling = POOLING[rules];
  const currencies = pooling.currency === null ? [...new Set(rows.map((one) => one.currency))] : [pooling.currency];
  return currencies.flatMap((currency) => poolOf(currency, rows, pooling) ?? []);
}
