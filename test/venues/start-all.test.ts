// All simulators by one command: they play the same second of the same day, and the profile that looks for them says how
// they are started when none is there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeAt } from '#main/session/adapters/index.ts';
import { clockOf } from '#main/session/live.ts';
import { profileNamed, withEndpoint } from '#main/session/profile.ts';
import { type Simulators, startSimulators } from '#test/support/simulators.ts';

describe('all simulators', () => {
  let simulators: Simulators;
  beforeAll(async () => {
    simulators = await startSimulators();
  });
  afterAll(() => simulators.stop());

  it('have one clock: what is asked later is later, whoever is asked', async () => {
    const { venues } = withEndpoint(profileNamed('all-sims'), simulators.endpoint);
    const told: number[] = [];
    // A chain has whole seconds only, and a block for each.
    const [chain, ...books] = [...venues].reverse();
    for (const venue of [...books, ...books]) told.push(await timeAt(venue));
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(new Date(told[0] ?? 0).toISOString()).toContain('2020-03-12T09:0');
    const block = chain === undefined ? 0 : await timeAt(chain);
    expect(new Date(block).toISOString()).toContain('2020-03-12T09:0');
  });

  it('give a session its time while one of them answers', async () => {
    const gone = simulators.endpoint.replace(/deribit-sim=[^,]+/, 'deribit-sim=ws://127.0.0.1:9/ws');
    const clock = await clockOf(withEndpoint(profileNamed('all-sims'), gone));
    expect(new Date(clock.now()).toISOString()).toContain('2020-03-12T09:0');
  });

  it('are named with the command that starts them when none answers', async () => {
    const nowhere = profileNamed('all-sims').venues.map(({ venue }) => {
      return `${venue}=${['okx-sim', 'evm-sim'].includes(venue) ? 'http' : 'ws'}://127.0.0.1:9/ws`;
    });
    const none = withEndpoint(profileNamed('all-sims'), nowhere.join(','));
    await expect(clockOf(none)).rejects.toThrow('start it: node test/venues/start-all.ts');
    const okx = withEndpoint(profileNamed('okx-sim'), 'http://127.0.0.1:9');
    await expect(clockOf(okx)).rejects.toThrow('start it: node test/venues/okx/start.ts --port 9');
  });
});
