import { z } from 'zod';
import type { KeyAsked } from '#shared/ipc/vault.ts';
import type { AdapterKind, OpenedVenue, OpenSetup } from './adapter-kind.ts';
import { type CcxtProfile, ccxt } from './ccxt.ts';
import { type DeribitProfile, deribit } from './deribit.ts';
import { type DeriveProfile, derive } from './derive.ts';
import { type DydxProfile, dydx } from './dydx.ts';
import { type EvmProfile, evm } from './evm.ts';
import { type HyperliquidProfile, hyperliquid } from './hyperliquid.ts';

/** How a venue of each kind stands in a profile. */
interface Profiles {
  readonly deribit: DeribitProfile;
  readonly hyperliquid: HyperliquidProfile;
  readonly derive: DeriveProfile;
  readonly ccxt: CcxtProfile;
  readonly dydx: DydxProfile;
  readonly evm: EvmProfile;
}
export type AdapterName = keyof Profiles;
export type VenueProfile<A extends AdapterName = AdapterName> = { [K in A]: Profiles[K] & { readonly adapter: K } }[A];

/** Every adapter that a profile can name. */
const ADAPTERS: { readonly [A in AdapterName]: AdapterKind<VenueProfile<A>> } = {
  deribit,
  hyperliquid,
  derive,
  ccxt,
  dydx,
  evm,
};

export const venueProfile = z.discriminatedUnion('adapter', [
  deribit.schema,
  hyperliquid.schema,
  derive.schema,
  ccxt.schema,
  dydx.schema,
  evm.schema,
]);

/** Where a venue of a profile is reached. */
export function addressOf<A extends AdapterName>(one: VenueProfile<A>): string {
  return ADAPTERS[one.adapter].address(one);
}

/** The command that adds the key of a venue. */
export function keyCommandOf<A extends AdapterName>(one: VenueProfile<A>): string {
  return ADAPTERS[one.adapter].keyCommand(one);
}

/** How the window asks for the key of a venue; null where none is needed. */
export function keyAskedOf<A extends AdapterName>(one: VenueProfile<A>): KeyAsked | null {
  const kind = ADAPTERS[one.adapter];
  if (isKeyless(one)) return null;
  return { private: kind.privateKey, account: kind.accountAsked?.(one) ?? null };
}

/** Whether a venue needs no key of the vault. */
export function isKeyless<A extends AdapterName>(one: VenueProfile<A>): boolean {
  return ADAPTERS[one.adapter].keyless?.(one) ?? false;
}

/** A venue of a profile at another address, as a file would say it. */
export function movedTo<A extends AdapterName>(one: VenueProfile<A>, endpoint: string): object {
  return ADAPTERS[one.adapter].moved(one, endpoint);
}

/** The venue's time. Rejects where nothing answers. */
export function timeAt<A extends AdapterName>(one: VenueProfile<A>): Promise<number> {
  return ADAPTERS[one.adapter].time(one);
}

/** One venue of a profile with its key, not yet connected. Throws `no-key`. */
export function openVenue<A extends AdapterName>(one: VenueProfile<A>, setup: OpenSetup): OpenedVenue {
  return ADAPTERS[one.adapter].open(one, setup);
}
