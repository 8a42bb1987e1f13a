// What Keel's history makes of an account's trades, fees, funding and settlements is the venue's own ledger, to the last
// digit the venue books: over the paper venues' rules, and over each wire with its adapter, in process. The long form is
// npm run -s assure -- --only ledger.
import { describe, expect, it } from 'vitest';
import { LEDGERS } from '#test/assure/ledgers.ts';
import type { Troubles } from './simulator/troubles.ts';

const SESSIONS = 3;

describe('cash, inventory, fees and funding by the history', () => {
  const seen: Troubles = {};

  it.each(Object.keys(LEDGERS))(`are the ledger of %s, ${SESSIONS} seeded sessions`, async (venue) => {
    const play = await LEDGERS[venue]?.load();
    if (play === undefined) throw new Error(`no sessions of ${venue}`);
    const before = seen.fills ?? 0;
    for (let seed = 1; seed <= SESSIONS; seed += 1) await play(seed, seen);
    expect(seen.fills).toBeGreaterThan(before);
  });

  it('had something to reconcile', () => {
    for (const kind of ['fills', 'settlements', 'funding']) expect(seen[kind], kind).toBeGreaterThan(0);
  });
});
