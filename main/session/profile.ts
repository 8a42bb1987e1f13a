import { z } from 'zod';
import { PRODUCTION, TESTNET } from '#main/venues/deribit/config.ts';
import { readJson } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';

/** Money at stake: none, none but a venue's rules, or real. */
export type Environment = 'DEMO' | 'PAPER' | 'LIVE';

const HERE = new Set(['127.0.0.1', '[::1]', 'localhost']);

function isHere(text: string): boolean {
  return HERE.has(new URL(text).hostname);
}

/** A venue's address: encrypted, or on this machine. */
const url = z
  .url({ protocol: /^wss?$/ })
  .refine((text) => text.startsWith('wss:') || isHere(text), 'expected a wss address, or ws on this machine');

const word = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

const venue = z.strictObject({
  adapter: z.literal('deribit'),
  /** Id of the venue in the book; the key is looked up in the vault by it and the account's id. */
  venue: word,
  url,
  account: z.strictObject({ id: word, name: z.string().min(1).max(60) }),
  currencies: z
    .array(z.string().regex(/^[A-Z]{2,10}$/))
    .min(1)
    .max(20),
  cancelOnDisconnect: z.boolean().default(false),
  withdrawals: z.enum(['refuse', 'allow']).default('refuse'),
  /** Requests wait for the venue's credits; a simulator has no limits. */
  paced: z.boolean().default(true),
});
export type VenueProfile = z.output<typeof venue>;

const profile = z
  .strictObject({
    name: word,
    title: z.string().min(1).max(60),
    environment: z.enum(['PAPER', 'LIVE']),
    /** A simulator plays a day of the past: then the terminal's clock is the venue's. */
    clock: z.enum(['machine', 'venue']).default('machine'),
    venues: z.array(venue).length(1),
  })
  .refine(({ clock, venues }) => clock === 'machine' || venues.every((one) => isHere(one.url)), {
    path: ['clock'],
    message: "expected the machine's clock for a venue that is not on this machine",
  });
/** What is connected to in a session that trades at real venues or their simulators. */
export type Profile = z.output<typeof profile>;

const DERIBIT = { adapter: 'deribit', withdrawals: 'refuse', cancelOnDisconnect: false, paced: true } as const;
const CURRENCIES = ['BTC', 'ETH', 'USDC'];

/** Profiles that are there without a file. */
export const BUILT_IN_PROFILES: readonly Profile[] = [
  {
    name: 'deribit-sim',
    title: 'Deribit simulator on this machine',
    environment: 'PAPER',
    clock: 'venue',
    venues: [
      {
        ...DERIBIT,
        venue: 'deribit-sim',
        url: 'ws://127.0.0.1:8471/ws/api/v2',
        account: { id: 'deribit-sim', name: 'Deribit simulator' },
        currencies: ['BTC', 'USDC'],
        paced: false,
      },
    ],
  },
  {
    name: 'deribit-testnet',
    title: 'Deribit testnet',
    environment: 'PAPER',
    clock: 'machine',
    venues: [
      {
        ...DERIBIT,
        ...TESTNET,
        account: { id: 'deribit-testnet', name: 'Deribit testnet' },
        currencies: CURRENCIES,
      },
    ],
  },
  {
    name: 'deribit',
    title: 'Deribit',
    environment: 'LIVE',
    clock: 'machine',
    venues: [{ ...DERIBIT, ...PRODUCTION, account: { id: 'deribit', name: 'Deribit' }, currencies: CURRENCIES }],
  },
];

const NAMES = BUILT_IN_PROFILES.map((one) => one.name);

/** A profile's file, or the fault that names the field. */
export function readProfile(text: string, file: string): Profile {
  return readJson(profile, text, file);
}

/** The profile with this name. Throws `unknown-profile`, which lists those there are. */
export function profileNamed(name: string): Profile {
  const found = BUILT_IN_PROFILES.find((one) => one.name === name);
  if (found !== undefined) return found;
  const message = `--profile: expected one of demo, ${NAMES.join(', ')}, was "${name}"`;
  throw new FaultError(fault('unknown-profile', message));
}

/** The profile with its venue somewhere else, as a simulator that was started on another port. */
export function withEndpoint(one: Profile, endpoint: string): Profile {
  const text = JSON.stringify({ ...one, venues: one.venues.map((venue) => ({ ...venue, url: endpoint })) });
  return readProfile(text, '--endpoint');
}
