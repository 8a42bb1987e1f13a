import { useEffect } from 'react';
import { create } from 'zustand';
import type { VenuesLook, VenueVitals } from '#shared/ipc/venues.ts';
import type { Fault } from '#shared/units/result.ts';
import { call } from './bridge.ts';

/** What main last said of the venues; kept while it does not answer, with the fault beside it. */
interface Venues {
  readonly look: VenuesLook | null;
  readonly fault: Fault | null;
}

const LOOK_EVERY = 1_000;

export const useVenues = create<Venues>(() => ({ look: null, fault: null }));

let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export async function lookAtVenues(): Promise<void> {
  const answer = await call('venues.look', {});
  if (answer.ok) useVenues.setState({ look: answer.value, fault: null });
  else useVenues.setState({ fault: answer.error });
}

/** Asks once a second while somebody looks. */
export function useVenuesWatched(wanted = true): void {
  useEffect(() => {
    if (!wanted) return;
    watchers += 1;
    void lookAtVenues();
    timer ??= setInterval(() => void lookAtVenues(), LOOK_EVERY);
    return () => {
      watchers -= 1;
      if (watchers > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, [wanted]);
}

/** The venue as last told, for cells that are written outside React. */
export function vitalsOf(venue: string): VenueVitals | null {
  return useVenues.getState().look?.venues.find((one) => one.venue === venue) ?? null;
}
