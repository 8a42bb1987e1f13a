import { z } from 'zod';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { isHere, word } from './adapters/fields.ts';
import { addressOf, movedTo, venueProfile } from './adapters/index.ts';
import { BUILT_IN } from './built-in-profiles.ts';

/** Money at stake: none, none but a venue's rules, or real. */
export type Environment = 'DEMO' | 'PAPER' | 'LIVE';

const MOST_VENUES = 20;

const profile = z
  .strictObject({
    name: word,
    title: z.string().min(1).max(60),
    environment: z.enum(['PAPER', 'LIVE']),
    /** A simulator plays a day of the past: then the terminal's clock is that of the first venue that answers. */
    clock: z.enum(['machine', 'venue']).default('machine'),
    venues: z.array(venueProfile).min(1).max(MOST_VENUES),
  })
  .refine(({ clock, venues }) => clock === 'machine' || venues.every((one) => isHere(addressOf(one))), {
    path: ['clock'],
    message: "expected the machine's clock for a venue that is not on this machine",
  })
  .refine(({ venues }) => new Set(venues.map((one) => one.venue)).size === venues.length, {
    path: ['venues'],
    message: 'expected each venue once',
  })
  .refine(({ venues }) => new Set(venues.map((one) => one.account.id)).size === venues.length, {
    path: ['venues'],
    message: 'expected an account of its own for each venue',
  });
/** What is connected to in a session that trades at real venues or their simulators. */
export type Profile = z.output<typeof profile>;

/** Profiles that are there without a file. */
export const BUILT_IN_PROFILES: readonly Profile[] = BUILT_IN.map((one) => profile.parse(one));

export const PROFILE_NAMES = BUILT_IN_PROFILES.map((one) => one.name);

/** A profile's file, or the fault that names the field. */
export function readProfile(text: string, file: string): Profile {
  return readJson(profile, text, file);
}

/** The profile with this name. Throws `unknown-profile`, which lists those there are. */
export function profileNamed(name: string): Profile {
  const found = BUILT_IN_PROFILES.find((one) => one.name === name);
  if (found !== undefined) return found;
  const message = `--profile: expected one of demo, ${PROFILE_NAMES.join(', ')}, was "${name}"`;
  throw new FaultError(fault('unknown-profile', message));
}

/** Whether everything of a profile is on this machine. */
export function isRehearsal({ venues }: Profile): boolean {
  return venues.every((one) => isHere(addressOf(one)));
}

/** Addresses by venue: `URL` for a profile of one venue, `VENUE=URL,VENUE=URL` for several. */
function endpointsIn(one: Profile, text: string): ReadonlyMap<string, string> {
  const [only] = one.venues;
  if (one.venues.length === 1 && only !== undefined && /^\w+:/.test(text)) return new Map([[only.venue, text]]);
  const named = new Map(text.split(',').map((part) => [part.split('=', 1)[0] ?? '', part.replace(/^[^=]*=/, '')]));
  if (one.venues.some(({ venue }) => named.has(venue))) return named;
  const venues = one.venues.map(({ venue }) => venue).join(', ');
  const message = `--endpoint: expected VENUE=URL,… with venues of ${one.name} (${venues}), was "${text}"`;
  throw new FaultError(fault('usage', message));
}

/** The profile with venues somewhere else, as simulators that were started on other ports. */
export function withEndpoint(one: Profile, endpoint: string): Profile {
  const endpoints = endpointsIn(one, endpoint);
  const venues = one.venues.map((venue) => {
    const url = endpoints.get(venue.venue);
    return url === undefined ? venue : movedTo(venue, url);
  });
  return readProfile(JSON.stringify({ ...one, venues }), '--endpoint');
}
