import { describe, expect, it } from 'vitest';
import type { Rehearsal, Stage } from './schedule.ts';
import { rehearse, type Troubles } from './troubles.ts';

export interface Extent {
  readonly schedules: number;
  readonly groups: number;
}

/** Seeded fault schedules as tests. */
export function faultSchedules<S extends Stage>(of: Rehearsal<S>, { schedules, groups }: Extent): void {
  const seen: Troubles = {};

  describe('seeded fault schedules', () => {
    it.each(Array.from({ length: groups }, (_, i) => i * (schedules / groups)))('from seed %i', async (first) => {
      for (let seed = first + 1; seed <= first + schedules / groups; seed++) await rehearse(of, seed, seen);
    });

    it('met every kind of trouble', () => {
      expect(Object.keys(seen)).toEqual(expect.arrayContaining(['reconnects', 'unknown', 'rejected', 'fills']));
      for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(schedules / 10);
    });
  });
}
