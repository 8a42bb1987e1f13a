/** Deribit: premiums within ±0.025 % cost nothing. */
const DERIBIT_FREE = 0.00025;
/** Hyperliquid: 0.01 % per 8 hours of interest, pulled toward it by at most 0.05 %. */
const HYPERLIQUID_INTEREST = 0.0001;
const HYPERLIQUID_PULL = 0.0005;
const HYPERLIQUID_HOURLY_CAP = 0.04;
const HOURS = 8;
const HOUR_MS = 3_600_000;

function within(value: number, limit: number): number {
  return Math.min(Math.max(value, -limit), limit);
}

/**
 * Deribit's funding rate per 8 hours, longs pay: max(0.025 %, premium) + min(−0.025 %, premium), within ±cap
 * (deribit.com, perpetual).
 * @param premium (mark − index) ÷ index  @param cap fraction per 8 hours
 */
export function deribitFunding(premium: number, cap = 0.005): number {
  return within(Math.max(DERIBIT_FREE, premium) + Math.min(-DERIBIT_FREE, premium), cap);
}

/**
 * Hyperliquid's funding rate per 8 hours, longs pay: P + clamp(0.01 % − P, ±0.05 %), of which an eighth is paid each hour,
 * at most 4 % (docs, funding). P = 1 % → 0.95 %.
 */
export function hyperliquidFunding(premium: number): number {
  const rate = premium + within(HYPERLIQUID_INTEREST - premium, HYPERLIQUID_PULL);
  return within(rate, HYPERLIQUID_HOURLY_CAP * HOURS);
}

/**
 * What a position is paid over a time at one rate, in the unit of its notional: rate · notional · t / 8 h, negative where
 * it pays. Deribit takes the notional of an inverse contract in USD and pays in coin at the index, Hyperliquid takes
 * size · oracle price.
 * @param notional signed  @param rate per 8 hours, longs pay
 */
export function fundingPaid(notional: number, rate: number, elapsedMs: number): number {
  return (-rate * notional * elapsedMs) / (HOURS * HOUR_MS);
}

/** A linear perpetual on a chain: margin posted there counts as cash. */
export interface PerpetualPosition {
  /** Signed coins. */
  readonly size: number;
  /** Quote tokens per coin. */
  readonly entry: number;
  readonly mark: number;
  readonly oracle: number;
  /** Per 8 hours, longs pay. */
  readonly rate: number;
  /** Funding that has accrued and is not settled, signed, quote tokens. */
  readonly accrued: number;
}

/** Value in quote tokens, delta in coins, theta in quote tokens per day: the funding it is paid at today's rate. */
export interface PerpetualGreeks {
  readonly value: number;
  readonly delta: number;
  readonly gamma: 0;
  readonly theta: number;
}

export function perpetualGreeks({ size, entry, mark, oracle, rate, accrued }: PerpetualPosition): PerpetualGreeks {
  return {
    value: size * (mark - entry) + accrued,
    delta: size,
    gamma: 0,
    theta: fundingPaid(size * oracle, rate, 24 * HOUR_MS),
  };
}
