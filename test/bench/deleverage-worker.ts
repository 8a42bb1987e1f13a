// Plays seeded books through the crashes for test/bench/deleverage.ts and tells of each.
import { setImmediate as turn } from 'node:timers/promises';
import { startKernel } from '#main/risk/simd.ts';
import { bookCourse } from './deleverage-books.ts';

/** Numbers of the books, by tape. */
export interface Part {
  readonly tape: string;
  readonly seeds: readonly number[];
}

async function work(parts: readonly Part[]): Promise<void> {
  startKernel();
  for (const { tape, seeds } of parts) {
    for (const seed of seeds) {
      process.send?.(bookCourse(tape, seed));
      await turn();
    }
  }
}

// Nobody is told any more.
process.once('disconnect', () => process.exit());
process.once('message', (parts: readonly Part[]) => {
  work(parts).then(
    () => process.disconnect(),
    (thrown: unknown) => {
      process.stderr.write(`${String(thrown)}\n`);
      process.exit(1);
    },
  );
});
