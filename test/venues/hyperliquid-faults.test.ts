import { trials } from '#test/support/trials.ts';
import { REHEARSAL } from './hyperliquid/rehearsal.ts';
import { faultSchedules } from './simulator/schedules.ts';

faultSchedules(REHEARSAL, { schedules: trials(30), groups: 10 });
