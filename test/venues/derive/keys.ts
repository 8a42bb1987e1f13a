import { recoverMessageAddress, recoverTypedDataAddress } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { type DeriveChain, type Hex, PRODUCTION } from '#main/venues/derive/config.ts';
import type { DeriveSigner } from '#main/venues/derive/signer.ts';
import { decimal } from '#shared/units/decimal.ts';
import { Refusal } from '#test/venues/deribit/refusal.ts';
import { orderAction } from './actions.ts';

/** The one session key the simulator knows, its wallet and subaccount. */
export const SESSION_KEY: Hex = '0x2ae8be44db8a590d20bffbe3b6872df9b569147d3bf6801a35a28281a4816bbd';
export const WALLET: Hex = '0x9135BA0f495244dc0A5F029b25CDE95157Db89AD';
export const SUBACCOUNT = 30_769;
/** Another key, that nobody registered. */
export const STRANGER: Hex = '0x00000000000000000000000000000000000000000000000000000000000000a1';

export const CHAIN: DeriveChain = PRODUCTION.chain;
/** Address of the session key. */
export const SESSION_ADDRESS = privateKeyToAccount(SESSION_KEY).address;

/** An account of viem's as the adapter's signer, in this process: for tests only. */
export function signerOf(account: PrivateKeyAccount): DeriveSigner {
  return {
    address: account.address,
    signSession: (message) => account.signMessage({ message }),
    signOrder: ({ chain, head, terms }) => account.signTypedData(orderAction(chain, head, terms)),
  };
}

/** Orders must be signed for at least so long. */
const LEAST_SECONDS = 300;

/** An order's signed fields as they came. */
export interface SignedOrder {
  readonly instrument_name: string;
  readonly direction: 'buy' | 'sell';
  readonly amount: string;
  readonly limit_price: string;
  readonly max_fee: string;
  readonly nonce: number;
  readonly signature_expiry_sec: number;
  readonly signer: Hex;
  readonly signature: Hex;
  readonly subaccount_id: number;
}

/** Throws unless a registered key of the wallet has signed the time of a sign-in. */
export async function checkLogin(wallet: unknown, timestamp: unknown, signature: unknown): Promise<void> {
  const message = String(timestamp);
  const by = await recoverMessageAddress({ message, signature: String(signature) as Hex }).catch(() => null);
  if (wallet !== WALLET || by !== SESSION_ADDRESS)
    throw new Refusal(14_000, 'Account not found', 'no such session key');
}

export interface AssetOf {
  readonly address: Hex;
  readonly subId: bigint;
}

/** Checks that orders are signed by a registered key, for this subaccount, for long enough, and each nonce once. */
export function createOrderCheck(venueTime: () => number): (order: SignedOrder, asset: AssetOf) => Promise<void> {
  const nonces = new Set<number>();
  const bad = (reason: string) => new Refusal(14_014, 'Signature does not match data', reason);
  return async (order, { address, subId }) => {
    if (order.subaccount_id !== SUBACCOUNT) throw new Refusal(14_001, 'Subaccount not found');
    if (order.signature_expiry_sec < venueTime() / 1_000 + LEAST_SECONDS) throw new Refusal(14_015, 'Invalid expiry');
    const expirySeconds = order.signature_expiry_sec;
    const head = { subaccount: SUBACCOUNT, nonce: BigInt(order.nonce), expirySeconds, owner: WALLET };
    const terms = {
      asset: address,
      subId,
      limit: decimal(order.limit_price),
      amount: decimal(order.amount),
      maxFee: decimal(order.max_fee),
      isBid: order.direction === 'buy',
    };
    const action = orderAction(CHAIN, { ...head, signer: order.signer }, terms);
    const by = await recoverTypedDataAddress({ ...action, signature: order.signature }).catch(() => null);
    if (by !== order.signer) throw bad('signed by somebody else');
    if (by !== SESSION_ADDRESS) throw bad('no such session key');
    if (nonces.has(order.nonce)) throw new Refusal(14_010, 'Nonce used already');
    nonces.add(order.nonce);
  };
}
