import { trials } from '#test/support/trials.ts';
import { REHEARSAL } from './deribit/rehearsal.ts';
import { faultSchedules } from './simulator/schedules.ts';

faultSchedules(REHEARSAL, { schedules: trials(100), groups: 10 });
