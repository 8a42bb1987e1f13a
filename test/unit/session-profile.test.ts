// Profiles: what a session connects to. Nothing unencrypted leaves the machine, and no real venue runs at another time.
import { describe, expect, it } from 'vitest';
import { keyFor } from '#main/session/adapters/adapter-kind.ts';
import { addressOf, keyCommandOf, openVenue } from '#main/session/adapters/index.ts';
import { BUILT_IN_PROFILES, profileNamed, readProfile, withEndpoint } from '#main/session/profile.ts';
import { createManualClock } from '#test/support/manual-clock.ts';
import { DERIBIT_SIM } from '#test/venues/deribit/program.ts';
import { SUBACCOUNT, WALLET } from '#test/venues/derive/keys.ts';
import { DERIVE_SIM } from '#test/venues/derive/program.ts';
import { EVM_SIM } from '#test/venues/evm/program.ts';
import { AGENT, USER } from '#test/venues/hyperliquid/keys.ts';
import { HYPERLIQUID_SIM } from '#test/venues/hyperliquid/program.ts';
import { OKX_SIM } from '#test/venues/okx/program.ts';

const never = (): never => {
  throw new Error('nothing is signed or started here');
};
const SETUP = {
  signer: { sign: never },
  clock: createManualClock(0),
  ccxtHost: { spawn: never, onLocked: () => () => undefined },
  onFlaw: never,
};
const simulator = profileNamed('deribit-sim');
const [venue] = simulator.venues;
const changed = (change: object): string => JSON.stringify({ ...simulator, ...change });
const at = (url: string): string => changed({ venues: [{ ...venue, url }] });

describe('a profile', () => {
  it.each(BUILT_IN_PROFILES)('$name is what its file would be', (one) => {
    expect(readProfile(JSON.stringify(one), 'profile.json')).toEqual(profileNamed(one.name));
  });

  it('reaches other machines encrypted only', () => {
    expect(() => readProfile(at('ws://example.com/ws'), 'p.json')).toThrow('expected a wss address');
    expect(() => readProfile(at('ws://127.0.0.1.example.com/ws'), 'p.json')).toThrow('expected a wss address');
    expect(() => readProfile(at('https://127.0.0.1/ws'), 'p.json')).toThrow('p.json');
    expect(addressOf(withEndpoint(simulator, 'ws://127.0.0.1:9/ws').venues[0]!)).toBe('ws://127.0.0.1:9/ws');
  });

  it('takes the clock of no venue but one on this machine', () => {
    expect(() => readProfile(at('wss://www.deribit.com/ws/api/v2'), 'p.json')).toThrow('clock');
  });

  it('refuses withdrawals unless its file says otherwise', () => {
    const silent = { ...venue, withdrawals: undefined };
    expect(readProfile(changed({ venues: [silent] }), 'p.json').venues[0]).toMatchObject({ withdrawals: 'refuse' });
  });

  it('names those there are', () => {
    expect(() => profileNamed('deribit-simulator')).toThrow(
      'demo, all-sims, deribit-sim, deribit-testnet, deribit, hyperliquid-sim',
    );
  });

  it('moves the venues that are named, and says which there are', () => {
    const all = profileNamed('all-sims');
    const moved = withEndpoint(all, 'okx-sim=http://127.0.0.1:9,derive-sim=ws://127.0.0.1:8/ws');
    expect(moved.venues.map(addressOf)).toEqual([
      'ws://127.0.0.1:8471/ws/api/v2',
      'ws://127.0.0.1:8472/ws',
      'ws://127.0.0.1:8/ws',
      'http://127.0.0.1:9',
      'http://127.0.0.1:8545',
    ]);
    expect(moved.venues[3]).toMatchObject({ endpoints: { ws: 'ws://127.0.0.1:9/ws/v5' } });
    expect(() => withEndpoint(all, 'ws://127.0.0.1:9/')).toThrow('deribit-sim, hyperliquid-sim, derive-sim, okx-sim');
    expect(() => withEndpoint(all, 'okx-sim=http://example.com')).toThrow('expected a https address');
  });

  it('has each venue and each account once', () => {
    expect(() => readProfile(changed({ venues: [venue, venue] }), 'p.json')).toThrow('each venue once');
    const other = { ...venue, venue: 'deribit-other' };
    expect(() => readProfile(changed({ venues: [venue, other] }), 'p.json')).toThrow('an account of its own');
  });

  it('looks for the simulators where they stand, for the accounts they have', () => {
    const programs = [DERIBIT_SIM, HYPERLIQUID_SIM, DERIVE_SIM, OKX_SIM, EVM_SIM];
    const { venues } = profileNamed('all-sims');
    const places = venues.map((one) => [one.venue, Number(new URL(addressOf(one)).port)]);
    expect(places).toEqual(programs.map(({ venue: name, port }) => [name, port]));
    expect(venues[1]).toMatchObject({ user: USER });
    expect(venues[2]).toMatchObject({ owner: { wallet: WALLET, subaccount: SUBACCOUNT } });
  });

  it('takes the account that the key names where a profile for everybody cannot know it', () => {
    const of = (account: string) => ({
      ...{ id: 'k', venue: 'derive-testnet', account, kind: 'secp256k1' as const, scopes: [], addedAt: 0 },
      publicId: AGENT,
    });
    const [one] = profileNamed('derive-testnet').venues;
    const open = (account: string) => openVenue(one!, { ...SETUP, cards: [of(account)] });
    expect(open(`${WALLET}/7`).key?.account).toBe(`${WALLET}/7`);
    for (const wrong of ['derive-testnet', WALLET, `${WALLET}/`, `${WALLET}/-1`, `${WALLET}/1.5`]) {
      expect(() => open(wrong), wrong).toThrow('WALLET/SUBACCOUNT');
    }
  });

  it('finds its key by venue and account, and says how to add one', () => {
    const card = {
      id: 'k',
      venue: 'deribit-sim',
      account: 'other',
      kind: 'hmac-secret',
      publicId: 'p',
      scopes: [],
      addedAt: 0,
    } as const;
    const command = keyCommandOf(venue!);
    expect(() => keyFor(venue!, [card], command)).toThrow('keel keys add --venue deribit-sim --account deribit-sim');
    expect(keyFor(venue!, [card, { ...card, account: 'deribit-sim' }], command).account).toBe('deribit-sim');
  });
});
