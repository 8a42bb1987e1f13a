import type { Order } from '#shared/domain/order.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import type { AccountId, VenueId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';

type Hex = `0x${string}`;

/** What a key is: the secret of a venue's HMAC signature, or the private key of a secp256k1 address. */
export type KeyKind = 'hmac-secret' | 'secp256k1';

/** What the venue lets a key do. `withdraw` is refused unless the trader insists. */
export type KeyScope = 'read' | 'trade' | 'transfer' | 'withdraw';

/**
 * What a key may do beyond its rights, kept with it in the vault and asked of the bytes that are signed, after the gate
 * and whatever it said. Orders that the venue lets only reduce are not counted.
 */
export interface KeyLimits {
  /** Most that one order may be worth at its limit, an option at its strike where that is more; USD. */
  readonly perOrderUsd: number;
  /** The same for all orders of 24 hours, those that never traded as well. */
  readonly perDayUsd: number;
  /**
   * What may be touched, by the name it has in the signed bytes: Hyperliquid's number of an asset, Derive's contract of an
   * asset, a contract of a chain. Null: everything, but of a chain nothing.
   */
  readonly only: readonly string[] | null;
  /** Orders of the trader's own hand above so many USD are shown to him once more; left out: none is. */
  readonly confirmUsd?: number | undefined;
  /** Tokens that calls of contracts may move; left out: none. */
  readonly tokens?: readonly TokenLimit[] | undefined;
}

/** How much of a token a chain's key may let leave its address: in tokens, for the signer knows no prices. */
export interface TokenLimit {
  /** Its contract. */
  readonly token: Hex;
  /** "USDC": as it is told here. */
  readonly symbol: string;
  /** The smallest unit is 10^−decimals of it. */
  readonly decimals: number;
  /** Whole tokens that one transaction may move, or let a contract take. */
  readonly perTransaction: Decimal;
  /** Whole tokens that all transactions of 24 hours may move. */
  readonly perDay: Decimal;
}

/** For keys without limits of their own: those of the engine's gate. */
export const KEY_LIMITS: KeyLimits = { perOrderUsd: 500_000, perDayUsd: 5_000_000, only: null };

/** All that is known of a key outside the signer. The secret has no representation in any type but the signer's own. */
export interface KeyCard {
  /** Ours, random: names the record in the vault. */
  readonly id: string;
  readonly venue: VenueId;
  /** The account of the book that the key acts for. */
  readonly account: AccountId;
  readonly kind: KeyKind;
  /** The public half: an API key's client id, or an address. */
  readonly publicId: string;
  readonly scopes: readonly KeyScope[];
  readonly addedAt: EpochMs;
  /** Left out: {@link KEY_LIMITS}. */
  readonly limits?: KeyLimits | undefined;
  /** Wider limits that were asked for, and when they begin to hold. */
  readonly raise?: { readonly from: EpochMs; readonly limits: KeyLimits } | undefined;
}

/** An order as the gate let it pass: nothing is signed for one that is not given, or goes further than it. */
export type ApprovedOrder = Pick<Order, 'id' | 'instrument' | 'side' | 'quantity' | 'limit' | 'reduceOnly'>;

/** Of an order what the signer compares with the bytes. */
export function approvedOf({ id, instrument, side, quantity, limit, reduceOnly }: ApprovedOrder): ApprovedOrder {
  return { id, instrument, side, quantity, limit, reduceOnly };
}

/**
 * Everything that can be signed, each with what it is signed from and what comes back. An intent says what is meant;
 * the signer builds the bytes from it, after its own checks. A venue that signs otherwise adds an entry here and a file
 * in main/keys/intents/.
 */
export interface Signing {
  /** Opening a session at Deribit; answers the lower-case hexadecimal HMAC of the challenge. */
  readonly 'deribit-session': {
    readonly intent: { readonly timestamp: EpochMs; readonly nonce: string };
    readonly signature: string;
  };
  /** An action at Hyperliquid, by an agent: a phantom agent's EIP-712 signature of its hash. */
  readonly 'hyperliquid-action': {
    readonly intent: {
      readonly action: { readonly type: string; readonly [field: string]: unknown };
      readonly nonce: number;
      /** Void at the venue after this time; null: it stands until its nonce is too old. */
      readonly expiresAfter: EpochMs | null;
      readonly testnet: boolean;
      /** One for each order of the action, in its order. */
      readonly approved: readonly ApprovedOrder[];
    };
    readonly signature: { readonly r: Hex; readonly s: Hex; readonly v: 27 | 28 };
  };
  /** Opening a session at Derive: the EIP-191 signature of a time, decimal milliseconds. */
  readonly 'derive-session': { readonly intent: { readonly timestamp: string }; readonly signature: Hex };
  /** An order at Derive: the EIP-712 signature of its Action. */
  readonly 'derive-order': {
    readonly intent: {
      readonly chainId: number;
      readonly subaccount: number;
      /** Whole numbers too large for JSON's are decimal texts. */
      readonly nonce: string;
      readonly expirySeconds: number;
      readonly owner: Hex;
      readonly asset: Hex;
      readonly subId: string;
      readonly limit: Decimal;
      readonly amount: Decimal;
      readonly maxFee: Decimal;
      readonly isBid: boolean;
      readonly approved: ApprovedOrder;
    };
    readonly signature: Hex;
  };
  /** The secret of a key, sealed for the process in which ccxt signs with it; `recipient` is that process's X25519 key. */
  readonly 'ccxt-loan': {
    readonly intent: { readonly recipient: string };
    readonly signature: { readonly lender: string; readonly nonce: string; readonly sealed: string };
  };
  /** A transaction of EIP-1559; answers its signed bytes. Amounts in wei, decimal texts. */
  readonly 'evm-transaction': {
    readonly intent: {
      readonly chainId: number;
      readonly to: Hex;
      readonly data: Hex;
      readonly nonce: number;
      readonly gas: string;
      readonly maxFeePerGas: string;
      readonly maxPriorityFeePerGas: string;
    };
    readonly signature: Hex;
  };
}

export type IntentType = keyof Signing;

/**
 * The signer as venues see it. Rejects with a FaultError: `signer-locked` while no vault is open, `unknown-key`,
 * `intent-refused` where the signer's own checks say no, `signer-gone` when its process ended before it answered.
 */
export interface SignerPort {
  sign<T extends IntentType>(key: string, type: T, intent: Signing[T]['intent']): Promise<Signing[T]['signature']>;
}
