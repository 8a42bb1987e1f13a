import type { Clock } from '#main/engine/ports.ts';
import { asked, atOneBlock, type ChainLine } from '#main/venues/evm/chain.ts';
import { type Protocol, stepOf } from '#main/venues/evm/protocol.ts';
import { gasEstimate, simulated } from '#main/venues/evm/simulate.ts';
import { tokenNamed } from '#main/venues/evm/tokens.ts';
import type { RangeStepOnChain } from '#shared/domain/chain-step.ts';
import type { UniswapConfig } from './config.ts';
import { effectOf, type RangeEffect } from './effect.ts';
import { type PoolReading, walletAt } from './reading.ts';
import { type RangeState, rangeState } from './state.ts';
import { poolOfStep, rangeCalls } from './steps.ts';

/** A swap that loses more than this share is warned of. */
const MUCH = 0.01;

function warningsOf(pool: PoolReading, step: RangeStepOnChain, effect: RangeEffect | null): readonly string[] {
  const warnings: string[] = [];
  if (effect?.slippage !== null && effect !== null && effect.slippage > MUCH) {
    warnings.push(`the swap loses ${(effect.slippage * 100).toFixed(2)} % against the pool's price`);
  }
  if (step.action === 'mint' && (Number(step.lower) >= pool.price || Number(step.upper) <= pool.price)) {
    warnings.push(`the range is beside the price of ${pool.price.toPrecision(6)}: it earns nothing there`);
  }
  return warnings;
}

/** Uniswap v3 for one owner: reads ranges and wallet, previews by the contracts themselves, prepares transactions. */
export function createUniswap(line: ChainLine, config: UniswapConfig, clock: Clock): Protocol<RangeState> {
  const { venue, owner } = config;
  const { coin, chain } = line.config;

  const read = async (): Promise<RangeState> => {
    const { block, value } = await atOneBlock(line, (at) => walletAt(line, config, at));
    return rangeState(config, coin, block, value, clock.now());
  };
  const coinUsd = ({ markets }: RangeState): number | null =>
    markets.find((one) => tokenNamed(config.tokens, one.base).coin === coin)?.price ?? null;

  const preview: Protocol['preview'] = async (given) => {
    const step = stepOf(given, venue, 'range');
    const state = await read();
    const { block } = state;
    const pool = poolOfStep(state, step);
    const calls = await asked(line.config, () => rangeCalls(line, config, state, step));
    const { gas, answers, refusal } = await simulated(line, block, owner, calls, []);
    const last = answers?.at(-1);
    const effect = last === undefined ? null : effectOf(pool, step, last);
    return {
      step,
      chain,
      block: Number(block.number),
      asOf: block.at,
      valueUsd: effect?.valueUsd ?? 0,
      gas: effect === null ? null : await gasEstimate(line, block, gas, coinUsd(state)),
      health: null,
      slippage: effect?.slippage ?? null,
      changes: new Map(
        effect === null
          ? []
          : [
              [pool.base, effect.change.base],
              [pool.quote, effect.change.quote],
            ],
      ),
      warnings: warningsOf(pool, step, effect),
      refusal,
    };
  };

  return {
    venue,
    account: config.account.id,
    line,
    read,
    // Nobody liquidates a range.
    liquidations: async () => [],
    preview,
    calls: async (step) => {
      const own = stepOf(step, venue, 'range');
      const state = await read();
      return asked(line.config, () => rangeCalls(line, config, state, own));
    },
  };
}
