import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { createJournal } from '#main/store/journal.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import { toFault } from '#shared/units/result.ts';
import { fill, funding, opening, T0, working } from './store-samples.ts';

// A program to be killed: appends to the journal given as its argument without end and prints the number of each entry
// once `append` has acknowledged it.
const journal = createJournal(process.argv[2] ?? '');
// Nothing that is killed keeps for the next one what it has compiled.
flushCompileCache();

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** One append of one event, several, or an order's life, with ids that no earlier run has used. */
function next(seq: number): DomainEvent[] {
  switch (seq % 4) {
    case 0:
      return [...working(`o${seq}`), { type: 'fill', fill: fill(`t${seq}`, { order: `o${seq}` }) }];
    case 1:
      return [funding(`f${seq}`)];
    case 2:
      return [{ type: 'alarm', alarm: { code: 'test', message: 'an alarm'.repeat(seq % 200) } }];
    default:
      return [{ type: 'fill', fill: fill(`t${seq}`) }];
  }
}

try {
  if (journal.seq === 0) say(String(journal.append(opening, T0).at(-1)?.seq));
  for (let turn = 0; ; turn++) {
    say(String(journal.append(next(journal.seq), T0 + journal.seq).at(-1)?.seq));
    // Lets the timer run that brings the tables up.
    if (turn % 10 === 0) await setImmediate();
  }
} catch (thrown) {
  const first = toFault(thrown).code;
  try {
    journal.append([funding('after the fault')], T0);
    say(`${first}, then nothing`);
  } catch (again) {
    say(`${first}, then ${toFault(again).code}`);
  }
}
