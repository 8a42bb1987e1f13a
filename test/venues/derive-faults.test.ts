import { expect, it } from 'vitest';
import { trials } from '#test/support/trials.ts';
import { REHEARSAL } from './derive/rehearsal.ts';
import { faultSchedules } from './simulator/schedules.ts';
import { rehearse, type Troubles } from './simulator/troubles.ts';

faultSchedules(REHEARSAL, { schedules: trials(20), groups: 10 });

// Here a resting order trades in part when all else is over: it is told, and found by reading on from the last page.
it('finds what traded after the last page was read', async () => {
  const seen: Troubles = {};
  await rehearse(REHEARSAL, 100_031, seen);
  expect(seen.fills).toBe(2);
});
