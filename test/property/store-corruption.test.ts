import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import { toFault } from '#shared/units/result.ts';
import { tmpFolder } from '#test/support/tmp-database.ts';
import { trials } from '#test/support/trials.ts';
import { fill, funding, opening, T0, working } from '#test/unit/store-samples.ts';

const TRIALS = trials(60);

function session(file: string): void {
  const journal = createJournal(file);
  journal.append(opening, T0);
  const tape = journal.tape({ onFault: () => undefined });
  for (let one = 0; one < 60; one++) {
    journal.append([...working(`o${one}`), { type: 'fill', fill: fill(`t${one}`, { order: `o${one}` }) }], T0 + one);
    journal.append([funding(`f${one}`)], T0 + one);
    tape.record([
      {
        ...{ instrument: 'deribit-paper:BTC-PERPETUAL', bid: 7000 + one, bidSize: 1, ask: 7001 + one, askSize: 2 },
        ...{
          mark: 7000.5,
          markVol: null,
          forward: 7000.5,
          index: 7000,
          funding8h: 1e-5,
          tsEvent: T0,
          tsReceived: T0 + one,
        },
      },
    ]);
  }
  journal.writeSetting('cursor', '12345');
  tape.close();
  journal.close();
}

/** Everything a reader can get out of the file, as one text. */
function contentOf(file: string): string {
  const raw = new (sqlite())(file);
  try {
    const names = raw.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return JSON.stringify([
      raw.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all(),
      ...names.map(({ name }) => raw.prepare(`SELECT * FROM "${name}"`).all()),
    ]);
  } finally {
    raw.close();
  }
}

type Outcome = 'noticed' | 'refused' | 'harmless' | 'silent';

function outcomeOf(file: string, content: string): Outcome {
  try {
    if (!verifyFile(file).ok) return 'noticed';
  } catch (thrown) {
    return toFault(thrown).code.startsWith('store') ? 'refused' : 'silent';
  }
  // Some bytes of a database file carry nothing: the unused middle of a page, counters. Then all content is as it was.
  return contentOf(file) === content ? 'harmless' : 'silent';
}

describe('a corrupted session file', () => {
  it('is never taken for whole with another content', () => {
    const folder = tmpFolder();
    const original = join(folder, 'original.db');
    session(original);
    expect(verifyFile(original).ok).toBe(true);
    const content = contentOf(original);
    const bytes = readFileSync(original);
    const counts: Record<Outcome, number> = { noticed: 0, refused: 0, harmless: 0, silent: 0 };
    let trial = 0;
    fc.assert(
      fc.property(
        fc.nat({ max: bytes.length - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.boolean(),
        (at, noise, flip) => {
          const file = join(folder, `trial-${trial++}.db`);
          const damaged = Buffer.from(bytes);
          for (const [index, byte] of noise.entries()) {
            const place = Math.min(at + index, bytes.length - 1);
            damaged[place] = flip ? (damaged[place] ?? 0) ^ (byte | 1) : byte;
            if (flip && index === 0) break;
          }
          writeFileSync(file, damaged);
          counts[outcomeOf(file, content)]++;
          return counts.silent === 0;
        },
      ),
      { numRuns: TRIALS, seed: 20200312 },
    );
    expect(counts.noticed + counts.refused).toBeGreaterThan(TRIALS / 3);
  });

  // Every byte that holds a journal entry counts, not only most of them.
  it('shows every single changed byte of a journal entry', () => {
    const folder = tmpFolder();
    const original = join(folder, 'original.db');
    session(original);
    const bytes = readFileSync(original);
    const start = bytes.indexOf('{"type":"fill","fill":{"trade":"t30"');
    expect(start).toBeGreaterThan(0);
    const file = join(folder, 'trial.db');
    copyFileSync(original, file);
    for (let at = start; at < start + 200; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(file, damaged);
      expect(verifyFile(file).firstBad?.why, `byte ${at}`).toContain('content');
    }
  });
});
