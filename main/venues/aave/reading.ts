import { maxUint256 } from 'viem';
import { type BlockMark, type ChainLine, together } from '#main/venues/evm/chain.ts';
import { type SizedToken, tokensOf } from '#main/venues/evm/tokens.ts';
import { add, type Decimal } from '#shared/units/decimal.ts';
import type { AaveConfig } from './config.ts';
import { ORACLE, POOL, READER } from './contracts.ts';

/** What an owner has in one reserve, and on which terms. */
export interface LoanReserve {
  readonly token: SizedToken;
  /** Interest up to the block included. */
  readonly supplied: Decimal;
  readonly owed: Decimal;
  /** Whether what is supplied counts as collateral. */
  readonly used: boolean;
  /** USD. */
  readonly price: number;
  /** Fractions; those of the chosen category for its members. */
  readonly ltv: number;
  readonly threshold: number;
  readonly bonus: number;
  /** Earned and paid per year, fractions. */
  readonly supplyRate: number;
  readonly borrowRate: number;
}

/** The contract's own figures of an account, exactly. USD. */
export interface LoanFigures {
  readonly collateral: Decimal;
  readonly debt: Decimal;
  readonly available: Decimal;
  /** Fractions of the collateral, rounded to a hundredth of a per cent by the contract. */
  readonly threshold: Decimal;
  readonly ltv: Decimal;
  /** Null: infinite, without debt. */
  readonly healthFactor: Decimal | null;
}

export interface LoanReading {
  readonly figures: LoanFigures;
  readonly reserves: readonly LoanReserve[];
  /** E-mode category, 0 for none. */
  readonly category: number;
  /** How the market counts a dollar: 10^8. */
  readonly unit: bigint;
}

const PARTS = 10_000;
const RAY = 1e27;

type AccountData = readonly [bigint, bigint, bigint, bigint, bigint, bigint];

/** getUserAccountData as decimals; `unit` is how the oracle counts a dollar. */
export function figuresFrom(data: AccountData, unit: bigint): LoanFigures {
  const [collateral, debt, available, threshold, ltv, healthFactor] = data;
  const usd = { decimals: unit.toString().length - 1 };
  return {
    collateral: tokensOf(collateral, usd),
    debt: tokensOf(debt, usd),
    available: tokensOf(available, usd),
    threshold: tokensOf(threshold, { decimals: 4 }),
    ltv: tokensOf(ltv, { decimals: 4 }),
    healthFactor: healthFactor === maxUint256 ? null : tokensOf(healthFactor, { decimals: 18 }),
  };
}

interface Terms {
  readonly ltv: number;
  readonly threshold: number;
  readonly bonus: number;
}

const fractions = (ltv: bigint | number, threshold: bigint | number, bonus: bigint | number): Terms => ({
  ltv: Number(ltv) / PARTS,
  threshold: Number(threshold) / PARTS,
  bonus: Number(bonus) / PARTS,
});

/** Terms of the category, and which tokens are in it; null where none is chosen. */
async function categoryTerms(
  { client }: ChainLine,
  { pool, reader, tokens }: AaveConfig,
  block: BlockMark,
  category: number,
): Promise<{ readonly terms: Terms; readonly members: readonly boolean[] } | null> {
  if (category === 0) return null;
  const { number: blockNumber } = block;
  const asked = {
    address: pool,
    abi: POOL,
    functionName: 'getEModeCategoryData',
    args: [category],
    blockNumber,
  } as const;
  const { ltv, liquidationThreshold, liquidationBonus } = await client.readContract(asked);
  const contracts = tokens.map(
    ({ address }) =>
      ({ address: reader, abi: READER, functionName: 'getReserveEModeCategory', args: [address] }) as const,
  );
  const categories = await client.multicall({ ...together(block), contracts });
  return {
    terms: fractions(ltv, liquidationThreshold, liquidationBonus),
    members: categories.map((one) => Number(one) === category),
  };
}

/** The tokens' reserves, each with its own or its category's terms. */
async function reservesAt(
  line: ChainLine,
  config: AaveConfig,
  block: BlockMark,
  sizes: readonly SizedToken[],
  prices: readonly number[],
  category: number,
): Promise<readonly LoanReserve[]> {
  const { client } = line;
  const { reader, owner } = config;
  const of = { address: reader, abi: READER } as const;
  const [held, terms, rates, emode] = await Promise.all([
    client.multicall({
      ...together(block),
      contracts: sizes.map(
        (one) => ({ ...of, functionName: 'getUserReserveData', args: [one.address, owner] }) as const,
      ),
    }),
    client.multicall({
      ...together(block),
      contracts: sizes.map(
        (one) => ({ ...of, functionName: 'getReserveConfigurationData', args: [one.address] }) as const,
      ),
    }),
    client.multicall({
      ...together(block),
      contracts: sizes.map((one) => ({ ...of, functionName: 'getReserveData', args: [one.address] }) as const),
    }),
    categoryTerms(line, config, block, category),
  ]);
  return sizes.map((token, i) => {
    const [supplied, stableDebt, variableDebt, , , , , , used] = held[i]!;
    const [, ltv, threshold, bonus] = terms[i]!;
    const own = emode?.members[i] ? emode.terms : fractions(ltv, threshold, bonus);
    return {
      token,
      supplied: tokensOf(supplied, token),
      owed: add(tokensOf(stableDebt, token), tokensOf(variableDebt, token)),
      used,
      price: prices[i]!,
      ...own,
      supplyRate: Number(rates[i]![5]) / RAY,
      borrowRate: Number(rates[i]![6]) / RAY,
    };
  });
}

/** Everything of an account at a block. */
export async function loanAt(
  line: ChainLine,
  config: AaveConfig,
  block: BlockMark,
  sizes: readonly SizedToken[],
): Promise<LoanReading> {
  const { pool, oracle, owner, tokens } = config;
  const [data, category, prices, unit] = await line.client.multicall({
    ...together(block),
    contracts: [
      { address: pool, abi: POOL, functionName: 'getUserAccountData', args: [owner] },
      { address: pool, abi: POOL, functionName: 'getUserEMode', args: [owner] },
      { address: oracle, abi: ORACLE, functionName: 'getAssetsPrices', args: [tokens.map((one) => one.address)] },
      { address: oracle, abi: ORACLE, functionName: 'BASE_CURRENCY_UNIT' },
    ],
  });
  const dollars = prices.map((one) => Number(one) / Number(unit));
  return {
    figures: figuresFrom(data, unit),
    reserves: await reservesAt(line, config, block, sizes, dollars, Number(category)),
    category: Number(category),
    unit,
  };
}
