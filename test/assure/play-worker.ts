// Plays seeds for the programs of test/assure and tells of them in batches.
import { setTimeout as wait } from 'node:timers/promises';
import type { Troubles } from '#test/venues/simulator/troubles.ts';
import { LEDGERS } from './ledgers.ts';
import type { PlaySeed, Plays, PlaysName, Progress, Task } from './plays.ts';
import { SCHEDULES } from './schedules.ts';

const ALL: Readonly<Record<PlaysName, Plays>> = { faults: SCHEDULES, ledger: LEDGERS };

const BATCH = 25;
/** None takes so long: one that does will never end. */
const HANGS_MS = 120_000;

async function played(play: PlaySeed, seed: number, seen: Troubles): Promise<string | null> {
  const given = new AbortController();
  try {
    const hangs = wait(HANGS_MS, null, { signal: given.signal }).then(() => {
      throw new Error(`seed ${seed}: does not end`);
    });
    hangs.catch(() => undefined);
    await Promise.race([play(seed, seen), hangs]);
    return null;
  } catch (failed) {
    return String(failed);
  } finally {
    given.abort();
  }
}

async function work({ plays, first, step, counts }: Task): Promise<void> {
  for (const [venue, count] of Object.entries(counts)) {
    const play = await ALL[plays][venue]?.load();
    if (play === undefined) throw new Error(`${plays}: nothing of ${venue}`);
    for (let done = 0; done < count; done += BATCH) {
      const own = Math.min(BATCH, count - done);
      const seen: Troubles = {};
      const failures: string[] = [];
      for (let i = 0; i < own; i++) {
        const failed = await played(play, first + (done + i) * step, seen);
        if (failed !== null) failures.push(`${venue}, ${failed}`);
      }
      process.send?.({ venue, played: own, seen, failures } satisfies Progress);
    }
  }
}

// Nobody is told any more.
process.once('disconnect', () => process.exit());
// ccxt prints frames that it cannot read.
console.log = () => undefined;
process.once('message', (task: Task) => {
  work(task).then(
    () => process.disconnect(),
    (thrown: unknown) => {
      process.stderr.write(`${String(thrown)}\n`);
      process.exit(1);
    },
  );
});
