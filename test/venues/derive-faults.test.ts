import { trials } from '#test/support/trials.ts';
import { REHEARSAL } from './derive/rehearsal.ts';
import { faultSchedules } from './simulator/schedules.ts';

faultSchedules(REHEARSAL, { schedules: trials(20), groups: 10 });
