import { decodeFunctionResult, encodeFunctionData } from 'viem';
import type { Clock } from '#main/engine/ports.ts';
import { asked, atOneBlock, type ChainLine } from '#main/venues/evm/chain.ts';
import { type Protocol, stepOf } from '#main/venues/evm/protocol.ts';
import { gasEstimate, type Simulated, simulated } from '#main/venues/evm/simulate.ts';
import { sized } from '#main/venues/evm/tokens.ts';
import type { StepPreview } from '#shared/domain/chain-step.ts';
import type { AaveConfig } from './config.ts';
import { POOL } from './contracts.ts';
import { liquidationsOf } from './liquidations.ts';
import { figuresFrom, type LoanFigures, loanAt } from './reading.ts';
import { worded } from './refusals.ts';
import { type LoanState, loanState } from './state.ts';
import { planLoan } from './steps.ts';

/** A health factor below which a preview warns. */
const NEAR = 1.1;

function healthOf({ healthFactor }: LoanFigures): number | null {
  return healthFactor === null ? null : Number(healthFactor);
}

/** The figures of a simulation that ended with the question for them. */
function figuresAfter({ answers }: Simulated, unit: bigint): LoanFigures | null {
  const last = answers?.at(-1);
  if (last === undefined) return null;
  return figuresFrom(decodeFunctionResult({ abi: POOL, functionName: 'getUserAccountData', data: last }), unit);
}

function warningsOf(before: LoanFigures, after: LoanFigures | null): readonly string[] {
  const health = after === null ? null : healthOf(after);
  if (health === null) return [];
  const worse = health < (healthOf(before) ?? Number.POSITIVE_INFINITY);
  if (health < 1) return [`the account could be liquidated: health factor ${health.toFixed(4)}`];
  return worse && health < NEAR ? [`the health factor falls to ${health.toFixed(4)}, near liquidation at 1`] : [];
}

/** Aave v3 for one owner: reads, previews by the contract itself, and prepares transactions. */
export function createAave(line: ChainLine, config: AaveConfig, clock: Clock): Protocol<LoanState> {
  const { venue, owner, pool, tokens } = config;

  const read = async (): Promise<LoanState> => {
    const { block, value } = await atOneBlock(line, async (at) =>
      loanAt(line, config, at, await sized(line, at, tokens)),
    );
    return loanState(config, block, value, clock.now());
  };

  const coinUsd = ({ reserves }: LoanState): number | null =>
    reserves.find((one) => one.token.coin === line.config.coin)?.price ?? null;

  const preview: Protocol['preview'] = async (given) => {
    const step = stepOf(given, venue, 'loan', 'loan-terms');
    const state = await read();
    const { calls, changes, valueUsd } = await asked(line.config, () => planLoan(line, config, state, step));
    const input = encodeFunctionData({ abi: POOL, functionName: 'getUserAccountData', args: [owner] });
    const found = await simulated(line, state.block, owner, calls, [{ to: pool, input }]);
    const after = figuresAfter(found, state.unit);
    const told: StepPreview = {
      step,
      chain: line.config.chain,
      block: Number(state.block.number),
      asOf: state.block.at,
      valueUsd,
      gas: after === null ? null : await gasEstimate(line, state.block, found.gas, coinUsd(state)),
      health: after === null ? null : { before: healthOf(state.figures), after: healthOf(after) },
      slippage: null,
      changes,
      warnings: warningsOf(state.figures, after),
      refusal: found.refusal === null ? null : worded(found.refusal),
    };
    return told;
  };

  return {
    venue,
    account: config.account.id,
    line,
    read,
    liquidations: (from, to) =>
      asked(line.config, async () => {
        const sizes = (await read()).reserves.map((one) => one.token);
        return liquidationsOf(line, config, sizes, [from, to]);
      }),
    preview,
    calls: async (step) => {
      const own = stepOf(step, venue, 'loan', 'loan-terms');
      const state = await read();
      const { calls } = await asked(line.config, () => planLoan(line, config, state, own));
      return calls;
    },
  };
}
