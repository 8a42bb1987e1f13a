import { z } from 'zod';
import type { EpochMs } from '#shared/units/time.ts';

/** Venues that a session can trade at with keys of the vault. */
export interface ProfileChoice {
  readonly name: string;
  readonly title: string;
  readonly environment: 'PAPER' | 'LIVE';
  readonly venues: readonly ProfileVenue[];
}

/** One venue of a profile. */
export interface ProfileVenue {
  readonly venue: string;
  readonly title: string;
  readonly account: string;
  readonly url: string;
  /** Null where no key of the vault is needed. */
  readonly key: KeyAsked | null;
}

/** What is asked for when a key of a venue is added. */
export interface KeyAsked {
  /** A private key of an address; else the secret of an API key. */
  readonly private: boolean;
  /** What names its account, "WALLET/SUBACCOUNT"; null: the venue's own. */
  readonly account: string | null;
}

/** What is known of a key outside the signer. */
export interface KeyLine {
  readonly id: string;
  readonly venue: string;
  readonly account: string;
  readonly publicId: string;
  readonly scopes: readonly string[];
  readonly addedAt: EpochMs;
}

export interface VaultDescription {
  readonly file: string;
  /** none: there is no vault yet; the first unlock makes one. */
  readonly state: 'none' | 'locked' | 'opening' | 'open';
  /** Why it was locked last; null where it was not. */
  readonly lockedBecause: string | null;
  /** As the file tells them while it is locked. */
  readonly keys: readonly KeyLine[];
  /** What is wrong with the file; null while nothing is. */
  readonly problem: string | null;
  /** Whether the system's keychain opens it as well; none: the system has none that protects anything. */
  readonly keychain: 'none' | 'off' | 'on';
}

/** How the vault opens from now on: another passphrase, the keychain as well, the passphrase alone. */
export const vaultChange = z.enum(['passphrase', 'remember', 'forget']);
export type VaultChange = z.output<typeof vaultChange>;
