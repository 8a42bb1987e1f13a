import { describe, expect, it } from 'vitest';
import { checkPlayed, toldFills } from './checks.ts';
import { type Played, play, type Rehearsal, type Stage } from './schedule.ts';

export interface Extent {
  readonly schedules: number;
  readonly groups: number;
}

/** What schedules are for: how often each came. */
export interface Troubles {
  reconnects: number;
  unknown: number;
  rejected: number;
  fills: number;
  /** Null where the venue amends nothing. */
  amended: number | null;
}

export const NO_TROUBLES: Troubles = { reconnects: 0, unknown: 0, rejected: 0, fills: 0, amended: null };

export function countTroubles<S extends Stage>(seen: Troubles, played: Played<S>): void {
  const outcomes = (outcome: string) => played.legs.filter((leg) => leg.outcome === outcome).length;
  seen.reconnects += played.stage.venue.health().reconnects;
  seen.unknown += outcomes('unknown');
  seen.rejected += outcomes('rejected');
  seen.fills += toldFills(played).length;
  if (!played.stage.venue.adapter.capabilities().amend) return;
  seen.amended = (seen.amended ?? 0) + played.amends.filter((leg) => leg.outcome === 'accepted').length;
}

/** Seeded fault schedules as tests, {@link checkPlayed} after each. */
export function faultSchedules<S extends Stage>(of: Rehearsal<S>, { schedules, groups }: Extent): void {
  const seen = { ...NO_TROUBLES };

  describe('seeded fault schedules', () => {
    it.each(Array.from({ length: groups }, (_, i) => i * (schedules / groups)))('from seed %i', async (first) => {
      for (let seed = first + 1; seed <= first + schedules / groups; seed++) {
        const played = await play(of, seed);
        try {
          await checkPlayed(played);
        } finally {
          countTroubles(seen, played);
          await played.stage.close();
        }
      }
    });

    it('met every kind of trouble', () => {
      for (const [kind, count] of Object.entries(seen)) {
        if (count !== null) expect(count, kind).toBeGreaterThan(schedules / 6);
      }
    });
  });
}
