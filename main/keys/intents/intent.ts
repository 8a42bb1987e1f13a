import type { z } from 'zod';
import type { IntentType, KeyKind, KeyScope, Signing } from '#main/engine/signer-port.ts';

/** How one kind of intent is read, checked and signed. */
export interface IntentSigner<T extends IntentType> {
  /** Keys that can sign it. */
  readonly kind: KeyKind;
  /** What the key must have been stored for. */
  readonly needs: KeyScope;
  /** Venues it means something at. */
  readonly venues: RegExp;
  readonly intent: z.ZodType<Signing[T]['intent']>;
  /** The bytes that are signed, built here from what is meant. */
  payload(intent: Signing[T]['intent']): Buffer;
  sign(payload: Buffer, secret: Buffer): Signing[T]['signature'];
}
