import type { Dated, Table } from './model.ts';

export interface Tier {
  /** Notional in USD from which it counts. */
  readonly from: number;
  readonly maximumLeverage: number;
}

export interface HyperliquidParameters extends Dated {
  /** By coin; `default` for all others. */
  readonly tiers: Table<readonly Tier[]>;
  /** Positions above this notional, USD, are closed in parts: the share, then a pause. */
  readonly partialAbove: number;
  readonly partialShare: number;
  readonly cooldownSeconds: number;
  /** Below this part of maintenance margin the backstop vault takes the position over. */
  readonly backstopShare: number;
  /** What must stay when money is taken out: at least this part of notional. */
  readonly transferShare: number;
}

const two = (first: number, from: number, second: number): readonly Tier[] => [
  { from: 0, maximumLeverage: first },
  { from, maximumLeverage: second },
];

/** 40× to 150 M USD, 20× above. */
export const BTC_TIERS: readonly Tier[] = two(40, 150_000_000, 20);

const TO_20_MILLION =
  'DOGE kPEPE SUI WLD TRUMP LTC ENA POPCAT WIF AAVE kBONK LINK CRV AVAX ADA UNI NEAR TIA APT BCH HYPE FARTCOIN';
const TO_3_MILLION = 'OP ARB LDO TON MKR ONDO JUP INJ kSHIB SEI TRX BNB DOT';

const all = (coins: string, tiers: readonly Tier[]): Record<string, readonly Tier[]> =>
  Object.fromEntries(coins.split(' ').map((coin) => [coin, tiers]));

/**
 * As the docs list them (hyperliquid.gitbook.io, trading, margin tiers and liquidations, 2025). A coin that is not listed
 * is taken at 3×, the least the venue offers: the venue's own table is in its public `meta` answer, give it to override.
 */
export const HYPERLIQUID: HyperliquidParameters = {
  asOf: '2025-10-01',
  source: 'hyperliquid.gitbook.io: trading/margin-tiers, trading/liquidations, trading/margining',
  tiers: {
    default: [{ from: 0, maximumLeverage: 3 }],
    ...all(TO_20_MILLION, two(10, 20_000_000, 5)),
    ...all(TO_3_MILLION, two(10, 3_000_000, 5)),
    BTC: BTC_TIERS,
    ETH: two(25, 100_000_000, 15),
    SOL: two(20, 70_000_000, 10),
    XRP: two(20, 40_000_000, 10),
  },
  partialAbove: 100_000,
  partialShare: 0.2,
  cooldownSeconds: 30,
  backstopShare: 2 / 3,
  transferShare: 0.1,
};
