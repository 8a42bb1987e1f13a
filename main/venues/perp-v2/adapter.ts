import { decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import type { Clock } from '#main/engine/ports.ts';
import { asked, atOneBlock, type ChainLine, soundLogs } from '#main/venues/evm/chain.ts';
import { type Protocol, stepOf } from '#main/venues/evm/protocol.ts';
import { gasEstimate, type Question, type Simulated, simulated } from '#main/venues/evm/simulate.ts';
import { tokensOf } from '#main/venues/evm/tokens.ts';
import type { PerpStepOnChain } from '#shared/domain/chain-step.ts';
import { absolute, decimal, negate, type Quantity, sign } from '#shared/units/decimal.ts';
import type { Currency } from '#shared/units/ids.ts';
import { fault } from '#shared/units/result.ts';
import type { PerpConfig } from './config.ts';
import { ACCOUNT_BALANCE, CLEARING_HOUSE, LIQUIDATION } from './contracts.ts';
import { healthOf, perpAccountAt } from './reading.ts';
import { type PerpState, perpState } from './state.ts';
import { marketNamed, perpCalls, tradedBy } from './steps.ts';

/** An account value of less than this many times its requirement is warned of. */
const NEAR = 1.3;

/** What is asked of the state that a step leaves. */
function questionsOf({ clearingHouse, accountBalance, owner }: PerpConfig): readonly Question[] {
  const args = [owner] as const;
  return [
    { to: clearingHouse, input: encodeFunctionData({ abi: CLEARING_HOUSE, functionName: 'getAccountValue', args }) },
    {
      to: accountBalance,
      input: encodeFunctionData({ abi: ACCOUNT_BALANCE, functionName: 'getMarginRequirementForLiquidation', args }),
    },
  ];
}

/** The answers to {@link questionsOf}, and that of the step itself before them. */
function answersOf({ answers }: Simulated): { readonly health: number | null; readonly own: Hex } | null {
  const [own, value, requirement] = answers?.slice(-3) ?? [];
  if (own === undefined || value === undefined || requirement === undefined) return null;
  const health = healthOf({
    value: decodeFunctionResult({ abi: CLEARING_HOUSE, functionName: 'getAccountValue', data: value }),
    requirement: decodeFunctionResult({
      abi: ACCOUNT_BALANCE,
      functionName: 'getMarginRequirementForLiquidation',
      data: requirement,
    }),
  });
  return { health, own };
}

/** What a step moves by the contract's own answer, and what it loses against the mark. */
function effectOf(state: PerpState, step: PerpStepOnChain, own: Hex | null) {
  if (!('market' in step)) {
    const quantity = step.action === 'deposit' ? negate(step.quantity) : step.quantity;
    return { valueUsd: Number(step.quantity), slippage: null, changes: new Map([[state.settlement.symbol, quantity]]) };
  }
  const held = marketNamed(state, step.market);
  const traded = tradedBy(held, step);
  const changes = new Map<Currency, Quantity>([[held.market.coin, traded]]);
  const mark = Number(held.mark);
  const valueUsd = Number(absolute(traded)) * mark;
  if (own === null) return { valueUsd, slippage: null, changes };
  const [base, quote] = decodeFunctionResult({ abi: CLEARING_HOUSE, functionName: 'openPosition', data: own });
  const price = Number(decimal(quote.toString())) / Number(base);
  return { valueUsd, slippage: sign(traded) * (price / mark - 1), changes };
}

/** Perp v2 for one owner: reads, previews by the contracts themselves, and prepares transactions. */
export function createPerpV2(line: ChainLine, config: PerpConfig, clock: Clock): Protocol<PerpState> {
  const { venue, owner } = config;
  const { chain, coin } = line.config;

  const read = async (): Promise<PerpState> => {
    const { block, value } = await atOneBlock(line, (at) => perpAccountAt(line, config, at));
    return perpState(config, block, value, clock.now());
  };
  const coinUsd = ({ markets }: PerpState): number | null => {
    const own = markets.find((one) => one.market.coin === coin);
    return own === undefined ? null : Number(own.index);
  };
  const healthNow = ({ figures }: PerpState): number | null =>
    Number(figures.requirement) === 0 ? null : Number(figures.accountValue) / Number(figures.requirement);

  const preview: Protocol['preview'] = async (given) => {
    const step = stepOf(given, venue, 'perp');
    const state = await read();
    const { block } = state;
    const calls = await asked(line.config, () => perpCalls(line, config, state, step));
    const found = await simulated(line, block, owner, calls, questionsOf(config));
    const after = answersOf(found);
    const near = after?.health !== null && after !== null && after.health < NEAR;
    return {
      step,
      chain,
      block: Number(block.number),
      asOf: block.at,
      ...effectOf(state, step, after?.own ?? null),
      gas: after === null ? null : await gasEstimate(line, block, found.gas, coinUsd(state)),
      health: after === null ? null : { before: healthNow(state), after: after.health },
      warnings: near ? [`the account would be worth ${after.health?.toFixed(3)} times its maintenance margin`] : [],
      refusal: found.refusal,
    };
  };

  return {
    venue,
    account: config.account.id,
    line,
    read,
    liquidations: (fromBlock, toBlock) =>
      asked(line.config, async () => {
        const { clearingHouse: address } = config;
        const asked = {
          address,
          event: LIQUIDATION,
          args: { trader: owner },
          strict: true,
          fromBlock,
          toBlock,
        } as const;
        const logs = soundLogs(line.config, await line.client.getLogs(asked));
        return logs.map(({ args: { base, size, notional }, blockNumber }) => {
          const market = config.markets.find((one) => BigInt(one.base) === BigInt(base))?.id ?? base;
          const [coins, dollars] = [size, notional].map((one) => tokensOf(one, { decimals: 18 }));
          const message = `${venue}: ${coins} of ${market} were liquidated for ${dollars} USD`;
          return fault('liquidated', message, { block: Number(blockNumber) });
        });
      }),
    preview,
    calls: async (step) => {
      const own = stepOf(step, venue, 'perp');
      const state = await read();
      return asked(line.config, () => perpCalls(line, config, state, own));
    },
  };
}
