import { randomBytes } from 'node:crypto';
import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import type { KeyCard, SignerPort } from '#main/engine/signer-port.ts';
import { createDeribit, type DeribitVenue } from '#main/venues/deribit/adapter.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { vaultSigner } from '#main/venues/deribit/signer.ts';
import { LOWEST_TIER, UNPACED } from '#main/venues/deribit/tiers.ts';
import { type Fault, FaultError, fault, toFault } from '#shared/units/result.ts';
import { machineClock } from './machine-clock.ts';
import type { Environment, Profile, VenueProfile } from './profile.ts';

/** The venues of a profile, not yet connected. */
export interface LiveVenues {
  readonly profile: string;
  readonly environment: Environment;
  readonly adapters: readonly VenueAdapter[];
}

export interface LiveSetup {
  readonly profile: Profile;
  readonly signer: SignerPort;
  /** Keys of the vault. */
  readonly cards: readonly KeyCard[];
  readonly clock: Clock;
  /** What an adapter could not read or do and has no caller to tell. */
  readonly onFlaw: (reason: Fault) => void;
}

/** The key that the vault holds for a venue's account. Throws `no-key` with the command that adds one. */
export function keyFor({ venue, account }: VenueProfile, cards: readonly KeyCard[]): KeyCard {
  const found = cards.find((one) => one.venue === venue && one.account === account.id);
  if (found !== undefined) return found;
  const message = `the vault holds no key for ${venue}; add one: keel keys add --venue ${venue} --account ${account.id} --client-id ID`;
  throw new FaultError(fault('no-key', message, { venue, account: account.id }));
}

/** One venue of a profile with its key, not yet connected. */
export function openVenue(
  one: VenueProfile,
  { signer, cards, clock, onFlaw }: Omit<LiveSetup, 'profile'>,
): DeribitVenue {
  const { venue, url, account, currencies, cancelOnDisconnect, withdrawals } = one;
  const config = { venue, url, account, currencies, cancelOnDisconnect, withdrawals };
  return createDeribit({
    config: { ...config, limits: LIMITS, credits: one.paced ? LOWEST_TIER : UNPACED },
    clock,
    signer: vaultSigner(signer, keyFor(one, cards)),
    entropy: { nonce: () => randomBytes(12).toString('hex'), jitter: Math.random },
    onFlaw,
  });
}

export function openLiveVenues(setup: LiveSetup): LiveVenues {
  const { name, environment, venues } = setup.profile;
  return { profile: name, environment, adapters: venues.map((one) => openVenue(one, setup).adapter) };
}

const ASK_MS = 5_000;
/** Times a venue is asked what time it is. */
const ASKED = 5;

async function venueNow(url: string): Promise<number> {
  const address = new URL('/api/v2/public/get_time', url.replace(/^ws/, 'http'));
  const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(ASK_MS) });
  const { result } = (await answer.json()) as { result?: unknown };
  if (typeof result !== 'number' || !Number.isFinite(result)) {
    throw new FaultError(fault('venue-time', `${address.href}: expected the time, was ${String(result)}`));
  }
  return result;
}

/** How far the venue's clock is ahead of ours, by the answer that came fastest: the others waited somewhere. */
async function aheadOf(machine: Clock, url: string): Promise<number> {
  let [fastest, ahead] = [Number.POSITIVE_INFINITY, 0];
  for (let asking = 0; asking < ASKED; asking += 1) {
    const asked = machine.now();
    const theirs = await venueNow(url);
    const took = machine.now() - asked;
    if (took < fastest) [fastest, ahead] = [took, Math.round(theirs - asked - took / 2)];
  }
  return ahead;
}

/**
 * The clock of a session: the machine's, or for a rehearsal the venue's, which may play a day of the past. Throws
 * `no-simulator` where that cannot be asked.
 */
export async function clockOf({ clock, venues, title }: Profile): Promise<Clock> {
  const machine = machineClock();
  const [venue] = venues;
  if (clock === 'machine' || venue === undefined) return machine;
  try {
    const ahead = await aheadOf(machine, venue.url);
    return { now: () => machine.now() + ahead, every: machine.every };
  } catch (thrown) {
    const why = toFault(thrown).message;
    const message = `${title}: nothing answers at ${venue.url} (${why}); start it: node test/venues/deribit/start.ts --port ${new URL(venue.url).port}`;
    throw new FaultError(fault('no-simulator', message, { url: venue.url }), { cause: thrown });
  }
}
