import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createJournal } from '#main/store/journal.ts';

// Opens the store given as its argument, prints how long that took in milliseconds, and leaves at once.
const from = performance.now();
const journal = createJournal(process.argv[2] ?? '');
writeSync(1, String(performance.now() - from));
journal.close();
