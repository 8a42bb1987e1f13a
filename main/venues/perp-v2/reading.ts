import { type BlockMark, type ChainLine, together } from '#main/venues/evm/chain.ts';
import { type SizedToken, sized, tokensOf } from '#main/venues/evm/tokens.ts';
import { type Decimal, divide, isZero, negate, type Price, type Quantity, ZERO } from '#shared/units/decimal.ts';
import type { PerpConfig, PerpMarketConfig } from './config.ts';
import { ACCOUNT_BALANCE, BASE_TOKEN, CLEARING_HOUSE, EXCHANGE, VAULT } from './contracts.ts';

/** A market, and what is held in it. Dollars and coins, exactly as the contract counts them. */
export interface PerpReading {
  readonly market: PerpMarketConfig;
  /** Signed coins. */
  readonly size: Quantity;
  /** Average price; 0 where nothing is held. */
  readonly entry: Price;
  readonly mark: Price;
  readonly index: Price;
  /** Due and not settled, positive = received. */
  readonly funding: Decimal;
  /** Per 8 hours, longs pay. */
  readonly rate8h: number;
  /** Coins that liquidity of this owner holds in the market beside the position. */
  readonly provided: Quantity;
}

/** The contract's own figures of an account, USD. */
export interface PerpFigures {
  readonly accountValue: Decimal;
  readonly unrealised: Decimal;
  /** Liquidated when the account value falls below it. */
  readonly requirement: Decimal;
  readonly freeCollateral: Decimal;
}

export interface PerpAccountReading {
  readonly markets: readonly PerpReading[];
  readonly figures: PerpFigures;
  readonly settlement: SizedToken;
}

const UNITS = { decimals: 18 };
/** Funding goes by averages over this time (Exchange, ClearingHouseConfig). */
const TWAP_SECONDS = 900;
const Q96 = 2 ** 96;
const EIGHT_HOURS_OF_DAY = 1 / 3;

const whole = (units: bigint): Decimal => tokensOf(units, UNITS);

async function marketAt(
  { client }: ChainLine,
  { accountBalance, exchange, owner }: PerpConfig,
  block: BlockMark,
  market: PerpMarketConfig,
): Promise<PerpReading> {
  const { base } = market;
  const balance = { address: accountBalance, abi: ACCOUNT_BALANCE } as const;
  const index = { address: base, abi: BASE_TOKEN, functionName: 'getIndexPrice' } as const;
  const [size, notional, total, mark, spot, averageSpot, root, due] = await client.multicall({
    ...together(block),
    contracts: [
      { ...balance, functionName: 'getTakerPositionSize', args: [owner, base] },
      { ...balance, functionName: 'getTakerOpenNotional', args: [owner, base] },
      { ...balance, functionName: 'getTotalPositionSize', args: [owner, base] },
      { ...balance, functionName: 'getMarkPrice', args: [base] },
      { ...index, args: [0n] },
      { ...index, args: [BigInt(TWAP_SECONDS)] },
      { address: exchange, abi: EXCHANGE, functionName: 'getSqrtMarketTwapX96', args: [base, TWAP_SECONDS] },
      { address: exchange, abi: EXCHANGE, functionName: 'getPendingFundingPayment', args: [owner, base] },
    ],
  });
  const average = Number(averageSpot) / 1e18;
  return {
    market,
    size: whole(size),
    entry: size === 0n ? ZERO : divide(negate(whole(notional)), whole(size)),
    mark: whole(mark),
    index: whole(spot),
    funding: negate(whole(due)),
    rate8h: (((Number(root) / Q96) ** 2 - average) / average) * EIGHT_HOURS_OF_DAY,
    provided: whole(total - size),
  };
}

interface PerpFigureCalls {
  readonly value: bigint;
  readonly requirement: bigint;
}

/** Account value ÷ what it is liquidated below; null without a position. */
export function healthOf({ value, requirement }: PerpFigureCalls): number | null {
  return requirement === 0n ? null : Number(value) / Number(requirement);
}

/** Everything of an account at a block. */
export async function perpAccountAt(
  line: ChainLine,
  config: PerpConfig,
  block: BlockMark,
): Promise<PerpAccountReading> {
  const { clearingHouse, accountBalance, vault, owner } = config;
  const [settlement] = await sized(line, block, [config.settlement]);
  const balance = { address: accountBalance, abi: ACCOUNT_BALANCE } as const;
  const [value, requirement, [, unrealised], free] = await line.client.multicall({
    ...together(block),
    contracts: [
      { address: clearingHouse, abi: CLEARING_HOUSE, functionName: 'getAccountValue', args: [owner] },
      { ...balance, functionName: 'getMarginRequirementForLiquidation', args: [owner] },
      { ...balance, functionName: 'getPnlAndPendingFee', args: [owner] },
      { address: vault, abi: VAULT, functionName: 'getFreeCollateral', args: [owner] },
    ],
  });
  return {
    settlement: settlement!,
    markets: await Promise.all(config.markets.map((one) => marketAt(line, config, block, one))),
    figures: {
      accountValue: whole(value),
      unrealised: whole(unrealised),
      requirement: whole(requirement),
      freeCollateral: tokensOf(free, settlement!),
    },
  };
}

/** Whether anything is held that the position does not show. */
export function isProvider({ provided }: PerpReading): boolean {
  return !isZero(provided);
}
