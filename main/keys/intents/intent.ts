import type { z } from 'zod';
import type { IntentType, KeyCard, KeyKind, KeyScope, Signing } from '#main/engine/signer-port.ts';
import type { Decimal } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** What an order among the signed bytes weighs against the limits of its key. */
export interface Weight {
  /** What it is for, by its name in the signed bytes. */
  readonly on: string;
  readonly usd: Decimal;
  /** The signed bytes let it only reduce. */
  readonly reduces: boolean;
}

/** Whole tokens that the signed bytes let leave their address. */
export interface TokenWeight {
  /** Its contract, in small letters. */
  readonly token: string;
  readonly quantity: Decimal;
}

/** An intent that was understood: what would be signed, and how. */
export interface Ready<Signature> {
  readonly bytes: Uint8Array;
  readonly weights: readonly Weight[];
  /** Left out: it moves no tokens. */
  readonly tokens?: readonly TokenWeight[];
  /** What counts once under this name counts no more however it is signed: a transaction that is raised is one. */
  readonly once?: string;
  sign(secret: Uint8Array): Signature;
}

/** How one kind of intent is read, checked and signed. */
export interface IntentSigner<T extends IntentType> {
  /** Keys that can sign it. */
  readonly kind: KeyKind;
  /** What the key must have been stored for. */
  readonly needs: KeyScope;
  /** Venues it means something at. */
  readonly venues: RegExp;
  /** Most signatures of one key in a minute. */
  readonly perMinute: number;
  /** The same bytes may be signed again: whatever happens to them, they count once. */
  readonly repeats: boolean;
  readonly intent: z.ZodType<Signing[T]['intent']>;
  /** The bytes that are signed, built here from what is meant. Throws `intent-refused`. */
  ready(intent: Signing[T]['intent'], card: KeyCard): Ready<Signing[T]['signature']>;
}

export function refused(why: string): FaultError {
  return new FaultError(fault('intent-refused', `the signer refused: ${why}`));
}
