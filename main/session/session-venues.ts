import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Journal, SessionHead, VenueAdapter } from '#main/engine/ports.ts';
import { createVenueStateStore } from '#main/store/venue-state.ts';
import { createPaperAdapters, type TapeControl } from '#main/venues/paper/adapter.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { ChainDesk } from './chain-desk.ts';
import type { LiveVenues } from './live.ts';
import type { Environment } from './profile.ts';

export const DEMO = 'demo';
/** Stands where a tape is named in a session without one. */
export const NO_TAPE = 'live';

/** What a session trades at. */
export interface SessionVenues {
  readonly environment: Environment;
  readonly adapters: readonly VenueAdapter[];
  readonly chains: readonly ChainDesk[];
  readonly tape: TapeControl | null;
  readonly head: Omit<SessionHead, 'startedAt'>;
  close(): void;
}

export interface PaperOptions {
  readonly clock: Clock;
  readonly resources: string;
  readonly venueFile: string;
  readonly tape: string;
  readonly speed: number | null;
}

/** A journal goes on at the venues it began at. */
function checkProfile(head: SessionHead | null, profile: string): void {
  if (head === null || head.profile === profile) return;
  const message = `this session trades at "${head.profile}" and cannot go on at "${profile}"`;
  throw new FaultError(fault('other-profile', message, { session: head.profile, profile }));
}

/** The paper venues on the session's own tape, or on that of a new session. */
export function paperVenues(options: PaperOptions, journal: Pick<Journal, 'head'>): SessionVenues {
  checkProfile(journal.head, DEMO);
  const tapeId = journal.head?.tape ?? options.tape;
  const resources = readPaperResources((name) => readFileSync(join(options.resources, name), 'utf8'), tapeId);
  const store = createVenueStateStore(options.venueFile);
  try {
    const { adapters, tape } = createPaperAdapters({ resources, clock: options.clock, store });
    if (options.speed !== null) tape.setSpeed(options.speed);
    const head = { profile: DEMO, tape: tapeId, seed: resources.demo.seed };
    return { environment: 'DEMO', adapters, chains: [], tape, head, close: () => store.close() };
  } catch (thrown) {
    store.close();
    throw thrown;
  }
}

export function liveVenues(live: LiveVenues, journal: Pick<Journal, 'head'>): SessionVenues {
  checkProfile(journal.head, live.profile);
  const { profile, ...venues } = live;
  const close = (): void => {
    for (const one of live.chains) one.stop();
  };
  return { ...venues, tape: null, head: { profile, tape: NO_TAPE, seed: 0 }, close };
}
