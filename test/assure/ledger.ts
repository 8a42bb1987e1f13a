// Sessions against the venue's ledger, on every core: node test/assure/ledger.ts --count 10000 --seed 1 [--only VENUE].
import { LEDGERS } from './ledgers.ts';
import { playAll } from './plays.ts';

await playAll('ledger', LEDGERS, 'sessions');
