// kill -9 of a desk around the writing, the sending and the answering of orders: the next desk on the same journal knows
// every order that reached the venue, books every fill once, and ends with the venue's own book.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleDesk } from '#test/kills/bundle.ts';
import { killDesks } from '#test/kills/killing.ts';
import { tellCounts, tellProgress } from '#test/support/counts.ts';
import { tmpFolder } from '#test/support/tmp-database.ts';
import { trials } from '#test/support/trials.ts';

const KILLS = trials(15);
const SEED = 20_200_312;

let script = '';
beforeAll(async () => {
  script = await bundleDesk();
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

describe('a desk that is killed', () => {
  it(`sends nothing twice, orphans nothing, loses nothing it acknowledged, over ${KILLS} kills`, {
    timeout: 1e8,
  }, async () => {
    const started = performance.now();
    const perSecond = (done: number): number => Math.round((done / (performance.now() - started)) * 10_000) / 10;
    const counts = await killDesks({
      script,
      folder: tmpFolder(),
      kills: KILLS,
      seed: SEED,
      onProgress: (done, { duplicates, orphans, lost, unsettled }) => {
        if (done % 250 !== 0) return;
        const wrong = `${duplicates} duplicates, ${orphans} orphans, ${lost} lost, ${unsettled} unsettled`;
        tellProgress(`${done} of ${KILLS} kills, ${perSecond(done)}/s: ${wrong}`);
      },
    });
    tellCounts('kills around persist, send and answer', { total: KILLS, perSecond: perSecond(KILLS), ...counts });
    expect(counts).toMatchObject({ duplicates: 0, orphans: 0, lost: 0, unsettled: 0 });
    // That it was killed everywhere, and that there was something to lose.
    for (const [point, count] of Object.entries(counts.kills)) expect(count, point).toBeGreaterThan(0);
    expect(counts.recoveries).toBeGreaterThan(KILLS / 2);
    expect(counts.fills).toBeGreaterThan(KILLS / 10);
  });
});
