import {
  BatchModifyRequest,
  CancelRequest,
  OrderRequest,
  ScheduleCancelRequest,
  UpdateIsolatedMarginRequest,
  UpdateLeverageRequest,
} from '@nktkas/hyperliquid/api/exchange';
import { type AbstractViemLocalAccount, canonicalize, type Signature, signL1Action } from '@nktkas/hyperliquid/signing';
import { getAddress } from 'viem';
import { type ApprovedOrder, approvedOf, type KeyCard, type SignerPort } from '#main/engine/signer-port.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** Everything this adapter has signed: nothing that moves money out, approves a builder or sets a referrer. */
const ACTIONS = {
  order: OrderRequest.entries.action,
  batchModify: BatchModifyRequest.entries.action,
  cancel: CancelRequest.entries.action,
  scheduleCancel: ScheduleCancelRequest.entries.action,
  updateLeverage: UpdateLeverageRequest.entries.action,
  updateIsolatedMargin: UpdateIsolatedMarginRequest.entries.action,
} as const;
export type Action = { readonly type: keyof typeof ACTIONS; readonly [field: string]: unknown };

/** What is to be signed, in full: whoever signs can read it and builds the payload from it. */
export interface ActionIntent {
  readonly action: Action;
  readonly nonce: number;
  /** Void at the venue after this time; null: it stands until its nonce is too old. */
  readonly expiresAfter: EpochMs | null;
  readonly testnet: boolean;
  /** The orders of the action as the gate let them pass, in its order. */
  readonly approved: readonly ApprovedOrder[];
}

/**
 * Who signs: an agent (API wallet) that the account has approved, which can trade and not withdraw. The key stays with
 * the signer; the adapter sees its address and signatures.
 */
export interface HyperliquidSigner {
  readonly address: `0x${string}`;
  sign(intent: ActionIntent): Promise<Signature>;
}

/** Keys in the order the venue hashes them in; throws for anything that is no action of {@link ACTIONS}. */
function canonical(action: Action): Action {
  if (Object.hasOwn(ACTIONS, action.type)) return canonicalize(ACTIONS[action.type], action);
  throw new FaultError(fault('not-signed', `${action.type} is no action that is signed here`));
}

/** A signer over what signs EIP-712 typed data, such as a viem account. */
export function walletSigner(wallet: Pick<AbstractViemLocalAccount, 'address' | 'signTypedData'>): HyperliquidSigner {
  return {
    address: wallet.address,
    sign: async ({ action, nonce, expiresAfter, testnet }) => {
      const until = expiresAfter === null ? {} : { expiresAfter };
      return signL1Action({ wallet, action: canonical(action), nonce, isTestnet: testnet, ...until });
    },
  };
}

/** A key of the vault as the adapter's signer. */
export function vaultSigner(port: SignerPort, key: Pick<KeyCard, 'id' | 'publicId'>): HyperliquidSigner {
  return {
    address: getAddress(key.publicId),
    sign: ({ action, nonce, expiresAfter, testnet, approved }) => {
      const orders = approved.map(approvedOf);
      return port.sign(key.id, 'hyperliquid-action', { action, nonce, expiresAfter, testnet, approved: orders });
    },
  };
}

/** What is posted to have an action carried out. */
export interface SignedAction {
  readonly action: Action;
  readonly nonce: number;
  readonly signature: Signature;
  readonly expiresAfter?: EpochMs;
}

export interface ActionSigner {
  /** Has it signed with a nonce of its own. Throws "not-signed". */
  sign(action: Action, expiresAfter: EpochMs | null, approved?: readonly ApprovedOrder[]): Promise<SignedAction>;
}

/** Nonces are the venue's time and grow: the venue keeps the highest 100 of an agent and takes none twice. */
export function createActionSigner(
  signer: HyperliquidSigner,
  testnet: boolean,
  venueTime: () => EpochMs,
): ActionSigner {
  let last = -1;
  return {
    sign: async (wanted, expiresAfter, approved = []) => {
      last = Math.max(last + 1, Math.floor(venueTime()));
      const nonce = last;
      const until = expiresAfter === null ? {} : { expiresAfter };
      try {
        const action = canonical(wanted);
        const signature = await signer.sign({ action, nonce, expiresAfter, testnet, approved });
        return { action, nonce, signature, ...until };
      } catch (cause) {
        throw new FaultError(fault('not-signed', `${wanted.type} was not signed: ${toFault(cause).message}`), {
          cause,
        });
      }
    },
  };
}
