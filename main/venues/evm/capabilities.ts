import type { Capabilities } from '#main/engine/ports.ts';
import type { ChainStep } from '#shared/domain/chain-step.ts';
import type { VenueId } from '#shared/units/ids.ts';

/** Protocols on chains take steps (main/session/chain-desk.ts), no orders. */
export const CHAIN_CAPABILITIES: Capabilities = {
  orderTypes: [],
  timeInForce: [],
  postOnly: false,
  reduceOnly: false,
  amend: false,
  cancelAll: false,
  preview: false,
  greeks: false,
  cancelOnDisconnect: false,
  idempotent: false,
};

/** What each protocol takes in the place of orders. */
export const PROTOCOL_STEPS: readonly (readonly [VenueId, readonly ChainStep['action'][]])[] = [
  ['aave-v3', ['supply', 'withdraw', 'borrow', 'repay', 'use-as-collateral', 'emode']],
  ['uniswap-v3', ['mint', 'increase', 'decrease', 'collect', 'burn', 'swap']],
  ['perp-v2', ['deposit', 'withdraw', 'open', 'close']],
];
