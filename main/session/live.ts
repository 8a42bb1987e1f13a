import type { Clock, VenueAdapter } from '#main/engine/ports.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import type { OpenSetup } from './adapters/adapter-kind.ts';
import { addressOf, openVenue, timeAt, type VenueProfile } from './adapters/index.ts';
import type { ChainDesk } from './chain-desk.ts';
import { machineClock } from './machine-clock.ts';
import type { Environment, Profile } from './profile.ts';
import { mayOnlyRead, readOnly } from './read-only.ts';

/** The venues of a profile, not yet connected. */
export interface LiveVenues {
  readonly profile: string;
  readonly environment: Environment;
  readonly adapters: readonly VenueAdapter[];
  /** The trader's addresses on chains. */
  readonly chains: readonly ChainDesk[];
}

export function openLiveVenues({ name, environment, venues }: Profile, setup: OpenSetup): LiveVenues {
  const opened = venues.map((one) => openVenue(one, setup));
  const chains = opened.flatMap((one) => one.chains ?? []);
  const adapters = opened.flatMap((one) => one.adapters);
  const allowed = adapters.map((one) => (mayOnlyRead(one.id, setup.cards) ? readOnly(one) : one));
  return { profile: name, environment, adapters: allowed, chains };
}

/** Times a venue is asked what time it is. */
const ASKED = 5;

/** How far the venue's clock is ahead of ours, by the answer that came fastest: the others waited somewhere. */
async function aheadOf(machine: Clock, venue: VenueProfile): Promise<number> {
  let [fastest, ahead] = [Number.POSITIVE_INFINITY, 0];
  for (let asking = 0; asking < ASKED; asking += 1) {
    const asked = machine.now();
    const theirs = await timeAt(venue);
    const took = machine.now() - asked;
    if (took < fastest) [fastest, ahead] = [took, Math.round(theirs - asked - took / 2)];
  }
  return ahead;
}

/** What to say when none of a rehearsal's simulators answers. */
function noSimulator({ title, venues }: Profile, why: string): FaultError {
  const where = venues.map(addressOf).join(', ');
  const [only] = venues;
  const start =
    venues.length === 1 && only !== undefined
      ? `node test/venues/${only.venue.replace(/-sim$/, '')}/start.ts --port ${new URL(addressOf(only)).port}`
      : 'node test/venues/start-all.ts';
  const message = `${title}: nothing answers at ${where} (${why}); start it: ${start}`;
  return new FaultError(fault('no-simulator', message, { where }));
}

/**
 * The clock of a session: the machine's, or for a rehearsal that of the first venue that answers, which may play a day of
 * the past; the others play the same day on the same clock, or their lights show it. Throws `no-simulator` where none
 * answers.
 */
export async function clockOf(profile: Profile): Promise<Clock> {
  const machine = machineClock();
  if (profile.clock === 'machine') return machine;
  let why = '';
  for (const venue of profile.venues) {
    try {
      const ahead = await aheadOf(machine, venue);
      return { now: () => machine.now() + ahead, every: machine.every };
    } catch (thrown) {
      why = toFault(thrown).message;
    }
  }
  throw noSimulator(profile, why);
}
