// Event logs of Aave and Uniswap, encoded by the ABIs that the protocols publish with their contracts (@aave/core-v3,
// @uniswap/v3-periphery): what the import decodes by its own list must be what those contracts emit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Abi, type AbiEvent, encodeAbiParameters, encodeEventTopics } from 'viem';
import { describe, expect, it } from 'vitest';
import type { ReadOptions, StatementReading } from '#main/statements/read-statement.ts';
import { parseToken } from '#main/statements/tokens.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { StatementFact } from '#shared/domain/statement.ts';
import { add, type Decimal, ZERO } from '#shared/units/decimal.ts';
import { reading } from '#test/support/statements.ts';

function abiOf(path: string): Abi {
  const file = join(ROOT, 'node_modules', path);
  return (JSON.parse(readFileSync(file, 'utf8')) as { abi: Abi }).abi;
}

const POOL = abiOf('@aave/core-v3/artifacts/contracts/interfaces/IPool.sol/IPool.json');
const SCALED = abiOf('@aave/core-v3/artifacts/contracts/interfaces/IScaledBalanceToken.sol/IScaledBalanceToken.json');
const RANGES = abiOf(
  '@uniswap/v3-periphery/artifacts/contracts/NonfungiblePositionManager.sol/NonfungiblePositionManager.json',
);
const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const [OWNER, OTHER] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`];
const [A_WETH, DEBT_USDC, CONTRACT] = [`0x${'aa'.repeat(20)}`, `0x${'dd'.repeat(20)}`, `0x${'cc'.repeat(20)}`];

interface Made {
  readonly abi: Abi;
  readonly event: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly address?: string;
}

function logOf({ abi, event, args, address = CONTRACT }: Made, at: number): object {
  const item = abi.find((one): one is AbiEvent => one.type === 'event' && one.name === event);
  if (item === undefined) throw new Error(`${event} is not in the contract's ABI`);
  const rest = item.inputs.filter((one) => !one.indexed);
  return {
    address,
    topics: encodeEventTopics({ abi: [item], eventName: event, args }),
    data: encodeAbiParameters(
      rest,
      rest.map((one) => args[one.name ?? '']),
    ),
    transactionHash: `0x${String(at).padStart(64, '0')}`,
    logIndex: at,
    blockTimestamp: `0x${(1_700_000_000 + at * 12).toString(16)}`,
    ...(at === 0 ? { gasUsed: '200000', effectiveGasPrice: '30000000000' } : {}),
  };
}

function logs(made: readonly Made[]): string {
  return JSON.stringify(made.map(logOf));
}

const TOKENS: Partial<ReadOptions> = {
  tokens: new Map(
    [[A_WETH, 'WETH:18:supplied'] as const, [DEBT_USDC, 'USDC:6:debt'] as const].flatMap(([address, text]) => {
      const token = parseToken(text);
      return token === null ? [] : [[address, token] as const];
    }),
  ),
};

function cashOf({ lines }: StatementReading): readonly string[] {
  return lines.map(({ fact }) =>
    fact.type === 'cash' ? `${fact.cash.cause} ${fact.cash.amount} ${fact.cash.currency}` : fact.type,
  );
}

function sum(facts: readonly StatementFact[], currency: string): Decimal {
  const amounts = facts.map((one) => (one.type === 'cash' && one.cash.currency === currency ? one.cash.amount : ZERO));
  return amounts.reduce<Decimal>((all, one) => add(all, one), ZERO);
}

const [ETHER, MILLION] = [10n ** 18n, 10n ** 6n];

describe('Aave', () => {
  const pool = (event: string, args: Made['args']): Made => ({ abi: POOL, event, args });
  const STORY: readonly Made[] = [
    pool('Supply', { reserve: WETH, user: OWNER, onBehalfOf: OWNER, amount: 10n * ETHER, referralCode: 0 }),
    pool('Borrow', { reserve: USDC, user: OWNER, onBehalfOf: OWNER, amount: 9_000n * MILLION, interestRateMode: 2, borrowRate: 1n, referralCode: 0 }),
    { abi: SCALED, event: 'Mint', address: A_WETH, args: { caller: OWNER, onBehalfOf: OWNER, value: 0n, balanceIncrease: ETHER / 100n, index: 1n } },
    { abi: SCALED, event: 'Burn', address: DEBT_USDC, args: { from: OWNER, target: OTHER, value: 0n, balanceIncrease: 25n * MILLION, index: 1n } },
    pool('Repay', { reserve: USDC, user: OWNER, repayer: OWNER, amount: 4_000n * MILLION, useATokens: false }),
    pool('LiquidationCall', { collateralAsset: WETH, debtAsset: USDC, user: OWNER, debtToCover: 2_000n * MILLION, liquidatedCollateralAmount: ETHER + ETHER / 20n, liquidator: OTHER, receiveAToken: false }),
    pool('Withdraw', { reserve: WETH, user: OWNER, to: OWNER, amount: 2n * ETHER }),
  ]; // biome-ignore format: one event a line

  it('supplies, loans, interest, liquidation and gas', async () => {
    const read = await reading('aave', 'logs.json', logs(STORY), TOKENS);
    expect(cashOf(read)).toEqual([
      'deposit 10 WETH',
      'gas -0.006 ETH',
      'withdrawal -9000 USDC',
      'interest 0.01 WETH',
      'interest -25 USDC',
      'deposit 4000 USDC',
      'fill',
      'withdrawal -2 WETH',
    ]);
    const fill = read.lines.flatMap(({ fact }) => (fact.type === 'fill' ? [fact.fill] : []))[0];
    expect(fill).toMatchObject({ quantity: '-1.05', cause: 'liquidation', instrument: 'aave:WETH/USDC' });
    expect(Number(fill?.price)).toBeCloseTo(2_000 / 1.05, 9);
    expect(read.lines[0]?.fact).toMatchObject({ cash: { at: 1_700_000_000_000 } });
    // What is left: supplied 10 + 0.01 − 2 − 1.05 taken; owed 9,000 + 25 − 4,000 − 2,000 covered.
    const facts = read.lines.map((one) => one.fact);
    expect([sum(facts, 'WETH'), sum(facts, 'USDC')]).toEqual(['8.01', '-5025']);
  });

  it('names a token that nobody told of', async () => {
    const unknown = `0x${'ee'.repeat(20)}`;
    const [supply] = STORY;
    if (supply === undefined) throw new Error('the story is empty');
    const text = logs([{ ...supply, args: { ...supply.args, reserve: unknown } }]);
    await expect(reading('aave', 'logs.json', text)).rejects.toThrow(
      /row 1 .*column address: expected a known token, or --token 0xe/i,
    );
  });
});

describe('Uniswap', () => {
  const position = (event: string, more: Made['args']): Made => ({
    abi: RANGES,
    event,
    args: { tokenId: 7n, ...more },
  });
  const STORY: readonly Made[] = [
    position('IncreaseLiquidity', { liquidity: 1n, amount0: 3_000n * MILLION, amount1: ETHER }),
    position('Collect', { recipient: OWNER, amount0: 12n * MILLION, amount1: ETHER / 250n }),
    position('DecreaseLiquidity', { liquidity: 1n, amount0: 3_500n * MILLION, amount1: (ETHER * 84n) / 100n }),
    position('Collect', { recipient: OWNER, amount0: 3_505n * MILLION, amount1: (ETHER * 84n) / 100n }),
  ];

  it('liquidity in and out, and the fees beyond it', async () => {
    const read = await reading('uniswap', 'logs.json', logs(STORY), { ranges: new Map([['7', `${USDC}/${WETH}`]]) });
    expect(cashOf(read).filter((one) => !one.startsWith('gas'))).toEqual([
      'deposit 3000 USDC',
      'deposit 1 WETH',
      'lp-fee 12 USDC',
      'withdrawal -12 USDC',
      'lp-fee 0.004 WETH',
      'withdrawal -0.004 WETH',
      'lp-fee 5 USDC',
      'withdrawal -3505 USDC',
      'withdrawal -0.84 WETH',
    ]);
    expect(read.skipped).toEqual([{ row: 3, why: 'liquidity taken out: counted when it is collected' }]);
  });

  it('names a position whose tokens nobody told', async () => {
    await expect(reading('uniswap', 'logs.json', logs(STORY))).rejects.toThrow('or --range 7=TOKEN0/TOKEN1');
  });
});
