import type { IntentType } from '#main/engine/signer-port.ts';
import { ccxtLoan } from './ccxt-loan.ts';
import { deribitSession } from './deribit-session.ts';
import { deriveOrder, deriveSession } from './derive.ts';
import { evmTransaction } from './evm-transaction.ts';
import { hyperliquidAction } from './hyperliquid-action.ts';
import type { IntentSigner } from './intent.ts';

/** Everything the signer signs; what is not here is refused. */
export const INTENTS: { readonly [T in IntentType]: IntentSigner<T> } = {
  'deribit-session': deribitSession,
  'hyperliquid-action': hyperliquidAction,
  'derive-session': deriveSession,
  'derive-order': deriveOrder,
  'evm-transaction': evmTransaction,
  'ccxt-loan': ccxtLoan,
};

export function isIntentType(name: string): name is IntentType {
  return Object.hasOwn(INTENTS, name);
}
