import type { z } from 'zod';
import type { Confirm } from '#main/engine/confirm-port.ts';
import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import type { KeyCard, SignerPort } from '#main/engine/signer-port.ts';
import type { CcxtHost } from '#main/session/ccxt/ccxt-host.ts';
import type { ChainDesk } from '#main/session/chain-desk.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';

/** What the opening of a venue is given. */
export interface OpenSetup {
  readonly signer: SignerPort;
  /** Keys of the vault. */
  readonly cards: readonly KeyCard[];
  readonly clock: Clock;
  readonly ccxtHost: CcxtHost;
  /** What an adapter could not read or do and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
  /** Asks the trader in a window of main's own; left out: there is no window. */
  readonly confirm?: Confirm;
}

/** What one venue of a profile comes to, not yet connected. Protocols of one chain are several adapters. */
export interface OpenedVenue {
  readonly adapters: readonly VenueAdapter[];
  /** Of the vault; null where none is needed. */
  readonly key: KeyCard | null;
  /** Where what is held stands on a chain: the steps that may be taken there. */
  readonly chains?: readonly ChainDesk[];
  /** What the venue says that the key may do; null while it is not connected, and where it does not say. */
  rights(): { readonly trade: boolean } | null;
}

export interface NamedVenue {
  readonly adapter: string;
  readonly venue: string;
  readonly account: { readonly id: string; readonly name: string };
}

/** Everything a session knows of one kind of adapter: a kind more is a file here and an entry in the table. */
export interface AdapterKind<P extends NamedVenue> {
  /** How the venue stands in a profile's file. */
  readonly schema: z.ZodType<P>;
  /** Where it is reached. */
  address(one: P): string;
  /** The same venue elsewhere: a simulator that was started on another port. What comes back is read again. */
  moved(one: P, endpoint: string): object;
  /** The venue's time. Asked of simulators, which play a day of the past. */
  time(one: P): Promise<EpochMs>;
  /** Its key is a private key of an address; else the secret of an API key. */
  readonly privateKey: boolean;
  /** What names the account of a key where the profile cannot know it: "WALLET/SUBACCOUNT". Left out or null: it does. */
  accountAsked?(one: P): string | null;
  /** The command that adds its key. */
  keyCommand(one: P): string;
  /** Whether no key of the vault is needed; left out: one is. */
  keyless?(one: P): boolean;
  open(one: P, setup: OpenSetup): OpenedVenue;
}

const NO_VAULT = fault('signer-locked', 'no vault is open: this profile was to need none');

/** Where no venue needs a key, no vault is opened. */
export const NO_KEYS: Pick<OpenSetup, 'signer' | 'cards' | 'ccxtHost'> = {
  signer: { sign: () => Promise.reject(new FaultError(NO_VAULT)) },
  cards: [],
  ccxtHost: {
    spawn: () => {
      throw new FaultError(NO_VAULT);
    },
    onLocked: () => () => undefined,
  },
};

/** The key that the vault holds for a venue's account. Throws `no-key` with the command that adds one. */
export function keyFor({ venue, account }: NamedVenue, cards: readonly KeyCard[], command: string): KeyCard {
  return keyOf(
    venue,
    cards.filter((one) => one.account === account.id),
    command,
  );
}

/** The first key of a venue that may trade, or one that may not; whatever its account. Throws `no-key`. */
export function keyOf(venue: string, cards: readonly KeyCard[], command: string): KeyCard {
  const own = cards.filter((one) => one.venue === venue);
  const found = own.find((one) => one.scopes.includes('trade')) ?? own[0];
  if (found !== undefined) return found;
  throw new FaultError(fault('no-key', `the vault holds no key for ${venue}; add one: ${command}`, { venue }));
}

const ASK_MS = 5_000;

/** The time in an answer. Rejects where nothing answers and throws `venue-time` for what is no time. */
export async function askTime(
  address: string,
  request: { readonly method: 'GET' | 'POST'; readonly body?: string },
  read: (answer: unknown) => unknown,
): Promise<EpochMs> {
  const headers = { 'content-type': 'application/json' };
  const asked = { ...request, headers, redirect: 'error', signal: AbortSignal.timeout(ASK_MS) } as const;
  const time = Number(read(await (await fetch(address, asked)).json()));
  if (Number.isFinite(time) && time > 0) return time;
  throw new FaultError(fault('venue-time', `${address}: expected the time, was ${String(time)}`));
}

/** The field at a path of an answer; undefined where it has none. */
export function fieldAt(answer: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
    answer,
  );
}

/** The HTTP address of a WebSocket's server, with another path. */
export function besideSocket(url: string, path: string): string {
  return new URL(path, url.replace(/^ws/, 'http')).href;
}
