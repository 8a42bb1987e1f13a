import { maxUint256, parseUnits, zeroHash } from 'viem';
import type { Clock } from '#main/engine/ports.ts';
import { SECOND } from '#shared/units/time.ts';
import { type LocalChain, PROVIDER, startLocalChain, TRADER } from './local-chain.ts';

/** Seconds that deploying puts the chain's clock forward: begun so much earlier, it stands at the machine's. */
export const AHEAD_SECONDS = 2_000;
/** For a machine that takes its time: a chain that is behind can be put forward, one that is ahead cannot be put back. */
const SLACK_SECONDS = 60;
const ROUND_TRIPS = 8;

/** Swaps of a day, there and back: fees for whoever is in range. */
async function trade({ aave, uniswap, deployer }: LocalChain): Promise<void> {
  const { WETH, USDC } = aave.tokens;
  const swap = (tokenIn: string, tokenOut: string, amountIn: bigint) => ({
    ...{ tokenIn, tokenOut, fee: 500, recipient: PROVIDER.address, deadline: maxUint256 },
    ...{ amountIn, amountOutMinimum: 0n, sqrtPriceLimitX96: 0n },
  });
  const quote = parseUnits('400000', 6);
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const before = (await deployer.read(WETH, 'balanceOf', [PROVIDER.address])) as bigint;
    await deployer.send(
      uniswap.router,
      'exactInputSingle',
      [swap(USDC.address, WETH.address, quote)],
      PROVIDER.address,
    );
    const bought = ((await deployer.read(WETH, 'balanceOf', [PROVIDER.address])) as bigint) - before;
    // What the fee of the way back takes brings the price to where it was.
    const back = (bought * 10_005n) / 10_000n;
    await deployer.send(uniswap.router, 'exactInputSingle', [swap(WETH.address, USDC.address, back)], PROVIDER.address);
  }
}

/** A range of ether alone, above the price: it earns nothing where it is. */
async function openRange({ aave, uniswap, deployer }: LocalChain): Promise<void> {
  const { WETH, USDC } = aave.tokens;
  const first = BigInt(WETH.address) < BigInt(USDC.address);
  // Of USDC per WETH with 6 and 18 decimals; the other way round the ticks are the same with the other sign.
  const tickOf = (price: number): number => {
    const tick = Math.round(Math.log((price * 1e6) / 1e18) / Math.log(1.0001) / 10) * 10;
    return first ? tick : -tick;
  };
  const [tickLower, tickUpper] = [tickOf(4_100), tickOf(4_500)].sort((a, b) => a - b);
  const ether = parseUnits('6', 18);
  const [token0, token1] = first ? [WETH.address, USDC.address] : [USDC.address, WETH.address];
  const [amount0Desired, amount1Desired] = first ? [ether, 0n] : [0n, ether];
  const mint = {
    ...{
      token0,
      token1,
      fee: 500,
      tickLower,
      tickUpper,
      amount0Desired,
      amount1Desired,
      amount0Min: 0n,
      amount1Min: 0n,
    },
    ...{ recipient: TRADER.address, deadline: maxUint256 },
  };
  await deployer.send(uniswap.positions, 'mint', [mint], TRADER.address);
}

/**
 * Gives the trader what there is to look after: a loan with a health factor of 1.245, a range beside the price, a short
 * perpetual, and some of both tokens in hand.
 */
export async function openSimBook(chain: LocalChain): Promise<void> {
  const { aave, uniswap, perp, deployer, fund } = chain;
  const { WETH, USDC } = aave.tokens;
  const from = TRADER.address;
  await trade(chain);
  await chain.clients.control.setBalance({ address: from, value: parseUnits('5', 18) });
  await fund(from, WETH, '20');
  await fund(from, USDC, '20000');
  // For exactly what is taken, as Keel's own steps have it: nothing is left released.
  const release = (token: typeof WETH, spender: { readonly address: string }, units: bigint) =>
    deployer.send(token, 'approve', [spender.address, units], from);
  await release(WETH, aave.pool, parseUnits('10', 18));
  await deployer.send(aave.pool, 'supply', [WETH.address, parseUnits('10', 18), from, 0], from);
  await deployer.send(aave.pool, 'borrow', [USDC.address, parseUnits('26500', 6), 2n, 0, from], from);
  await release(WETH, uniswap.positions, parseUnits('6', 18));
  await openRange(chain);
  await release(USDC, perp.vault, parseUnits('10000', 6));
  await deployer.send(perp.vault, 'deposit', [USDC.address, parseUnits('10000', 6)], from);
  const open = {
    ...{ baseToken: perp.base.address, isBaseToQuote: true, isExactInput: true, amount: parseUnits('3', 18) },
    ...{ oppositeAmountBound: 0n, deadline: maxUint256, sqrtPriceLimitX96: 0n, referralCode: zeroHash },
  };
  await deployer.send(perp.clearingHouse, 'openPosition', [open], from);
}

/** A block a second, with the time in it, unless a transaction's has it already. */
async function mineAt({ clients: { control, reader } }: LocalChain, seconds: number): Promise<void> {
  const { timestamp } = await reader.getBlock();
  if (timestamp >= BigInt(seconds)) return;
  await control.setNextBlockTimestamp({ timestamp: BigInt(seconds) });
  await control.mine({ blocks: 1 });
}

/** The chain of the profile `evm-sim`: its trader holds a book, and its blocks have the clock's time. */
export async function startSimChain(clock: Clock, port: number): Promise<LocalChain> {
  const seconds = () => Math.floor(clock.now() / SECOND);
  const chain = await startLocalChain(['--timestamp', String(seconds() - AHEAD_SECONDS - SLACK_SECONDS)], port);
  await openSimBook(chain);
  await mineAt(chain, seconds());
  let mining: Promise<void> = Promise.resolve();
  const stop = clock.every(SECOND, () => {
    mining = mining.then(() => mineAt(chain, seconds()));
  });
  return {
    ...chain,
    close: async () => {
      stop();
      await mining;
      await chain.close();
    },
  };
}
