import { CHAIN_LIMITS, type ChainGateContext } from '#main/engine/gate/chain-gate.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import type { MarketSnapshot } from '#shared/market/quote.ts';
import { type Assembled, assemble, type HeldBook } from '#shared/risk/assemble.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import { ZERO } from '#shared/units/decimal.ts';
import { fault } from '#shared/units/result.ts';

export type Standing = Pick<ChainGateContext, 'limits' | 'trading' | 'keys'>;

const nothing = fault('active', 'nothing holds trading back');

/** Trading is on and the keys are armed for the local accounts. */
export function standing(more: Partial<Standing> = {}): Standing {
  return {
    limits: CHAIN_LIMITS,
    trading: { state: 'ACTIVE', reason: nothing, reductions: true, conditions: [] },
    keys: {
      state: 'ARMED',
      reason: nothing,
      accounts: ['loan', 'wallet', 'perp'],
      budget: null,
      usedUsd: ZERO,
      leftUsd: null,
      until: null,
    },
    ...more,
  };
}

/** States of protocols as one book on its own market, ready to be measured. */
export function assembledFrom(states: readonly ProtocolState[]): Assembled {
  const held: HeldBook = {
    accounts: states.map((one) => one.account),
    instruments: new Map(states.flatMap((one) => one.instruments.map((each) => [each.id, each] as const))),
    positions: states.flatMap((one) => one.positions),
    balances: states.flatMap((one) => one.balances),
  };
  const quotes = states.flatMap((one) => one.quotes);
  const coins = states.flatMap((one) =>
    one.instruments.map(
      (each) => [each.underlying, one.quotes.find((quote) => quote.instrument === each.id)!.index] as const,
    ),
  );
  const asOf = Math.max(...quotes.map((one) => one.tsEvent));
  const market: MarketSnapshot = {
    asOf,
    index: new Map(coins.filter(([coin]) => coin !== 'USDC')),
    quotes: new Map(quotes.map((one) => [one.instrument, one])),
  };
  return assemble(held, { market, now: asOf, staleBefore: 0, axes: defaultAxes(), dayOffsetUsd: () => 0 });
}
