import type { Address } from 'viem';
import type { Confirm } from '#main/engine/confirm-port.ts';
import { blockNow } from '#main/venues/evm/chain.ts';
import type { ProtocolState } from '#main/venues/evm/protocol.ts';
import type { OpenChain } from '#main/venues/evm/protocols.ts';
import type { Asking } from '#main/venues/evm/sender.ts';
import { sized } from '#main/venues/evm/tokens.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import { statementOf } from './chain-statement.ts';

export interface ChainAskingSetup {
  readonly chain: OpenChain;
  readonly owner: Address;
  /** Who signs, as the trader knows it. */
  readonly signedBy: string;
  readonly confirm: Confirm;
  /** What the protocols told last. */
  readonly states: () => readonly ProtocolState[];
}

/** USD of a coin by what the protocols told last; null where none tells. */
function usdIn(states: readonly ProtocolState[], coin: UnderlyingId): number | null {
  if (isDollar(coin)) return 1;
  for (const { instruments, quotes } of states) {
    const index = quotes[instruments.findIndex((one) => one.underlying === coin)]?.index ?? Number.NaN;
    if (index > 0) return index;
  }
  return null;
}

/** Asks the trader with the bytes that are to be signed, in words. */
export function chainAsking({ chain, owner, signedBy, confirm, states }: ChainAskingSetup): Asking {
  const { line, names } = chain;
  return async (unsigned) => {
    const all = [...(await sized(line, await blockNow(line), chain.tokens)), ...chain.markets];
    const tokens = new Map(all.map((one) => [one.address.toLowerCase(), one]));
    const usdOf = (coin: UnderlyingId): number | null => usdIn(states(), coin);
    await confirm(statementOf(unsigned, { config: line.config, names, tokens, usdOf, own: owner, key: signedBy }));
  };
}
