// Profiles: what a session connects to. Nothing unencrypted leaves the machine, and no real venue runs at another time.
import { describe, expect, it } from 'vitest';
import { keyFor } from '#main/session/adapters/adapter-kind.ts';
import { addressOf, keyCommandOf } from '#main/session/adapters/index.ts';
import { BUILT_IN_PROFILES, profileNamed, readProfile, withEndpoint } from '#main/session/profile.ts';

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
    expect(() => profileNamed('deribit-simulator')).toThrow('demo, deribit-sim, deribit-testnet, deribit');
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
