import { afterAll, beforeAll, vi } from 'vitest';
import { trials } from '#test/support/trials.ts';
import { REHEARSAL } from './okx/rehearsal.ts';
import { faultSchedules } from './simulator/schedules.ts';

// ccxt prints frames that it cannot read.
beforeAll(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterAll(() => void vi.restoreAllMocks());

faultSchedules(REHEARSAL, { schedules: trials(4), groups: 4 });
