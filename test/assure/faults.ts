// Fault schedules by the thousand, on every core: node test/assure/faults.ts --count 100000 --seed 1 [--only VENUE].
import { playAll } from './plays.ts';
import { SCHEDULES } from './schedules.ts';

await playAll('faults', SCHEDULES, 'schedules');
