import {
  BatchModifyRequest,
  CancelRequest,
  OrderRequest,
  ScheduleCancelRequest,
  UpdateIsolatedMarginRequest,
  UpdateLeverageRequest,
} from '@nktkas/hyperliquid/api/exchange';
import { type AbstractViemLocalAccount, canonicalize, signL1Action } from '@nktkas/hyperliquid/signing';
import { FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/**
 * Who signs: an agent (API wallet) that the account has approved, which can trade and not withdraw. The key stays with the
 * signer; the adapter sees its address and signatures of EIP-712 typed data. A viem account is one.
 */
export type HyperliquidSigner = Pick<AbstractViemLocalAccount, 'address' | 'signTypedData'>;

/** What is posted to have an action carried out. */
export interface SignedAction {
  readonly action: Readonly<Record<string, unknown>>;
  readonly nonce: number;
  readonly signature: { readonly r: string; readonly s: string; readonly v: number };
  readonly expiresAfter?: EpochMs;
}

/** Everything this adapter signs: nothing that moves money out, approves a builder or sets a referrer. */
const ACTIONS = {
  order: OrderRequest.entries.action,
  batchModify: BatchModifyRequest.entries.action,
  cancel: CancelRequest.entries.action,
  scheduleCancel: ScheduleCancelRequest.entries.action,
  updateLeverage: UpdateLeverageRequest.entries.action,
  updateIsolatedMargin: UpdateIsolatedMarginRequest.entries.action,
} as const;
export type Action = { readonly type: keyof typeof ACTIONS; readonly [field: string]: unknown };

export interface ActionSigner {
  /** Signs with a nonce of its own, keys in the order the venue hashes them in. Throws "not-signed". */
  sign(action: Action, expiresAfter: EpochMs | null): Promise<SignedAction>;
}

/** Nonces are the venue's time and grow: the venue keeps the highest 100 of an agent and takes none twice. */
export function createActionSigner(
  signer: HyperliquidSigner,
  testnet: boolean,
  venueTime: () => EpochMs,
): ActionSigner {
  let last = -1;
  return {
    sign: async (wanted, expiresAfter) => {
      last = Math.max(last + 1, Math.floor(venueTime()));
      const nonce = last;
      const until = expiresAfter === null ? {} : { expiresAfter };
      try {
        const action = canonicalize(ACTIONS[wanted.type], wanted);
        const signature = await signL1Action({ wallet: signer, action, nonce, isTestnet: testnet, ...until });
        return { action, nonce, signature, ...until };
      } catch (cause) {
        throw new FaultError(fault('not-signed', `${wanted.type} was not signed`), { cause });
      }
    },
  };
}
