import { checkPlayed, toldFills } from './checks.ts';
import { type Played, play, type Rehearsal, type Stage } from './schedule.ts';

/** What schedules are for: how often each came. */
export type Troubles = Record<string, number>;

function count<S extends Stage>(seen: Troubles, { stage, legs, amends, events }: Played<S>): void {
  const add = (name: string, by: number): void => {
    seen[name] = (seen[name] ?? 0) + by;
  };
  for (const outcome of ['unknown', 'rejected'] as const) {
    add(outcome, legs.filter((leg) => leg.outcome === outcome).length);
  }
  add('reconnects', stage.venue.health().reconnects);
  add('fills', toldFills({ events }).length);
  // Where nothing can be amended nothing is counted.
  if (stage.venue.adapter.capabilities().amend)
    add('amended', amends.filter((leg) => leg.outcome === 'accepted').length);
}

/** Plays the schedule of a seed and checks what came of it; throws where that is not as the venue says. */
export async function rehearse<S extends Stage>(of: Rehearsal<S>, seed: number, seen: Troubles): Promise<void> {
  const played = await play(of, seed);
  try {
    await checkPlayed(played);
  } finally {
    count(seen, played);
    await played.stage.close();
  }
}
