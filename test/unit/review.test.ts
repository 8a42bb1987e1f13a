// What the Review panel shows is what the run's record says, also after it was thinned, compared or exported.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShapes } from '#main/backtest/backtest.ts';
import { htmlReport, picture } from '#main/backtest/html-report.ts';
import { listReviews, openReview, runDemo } from '#main/backtest/reviews.ts';
import { atTimesOf, lanesOf, lineAt, stepLine } from '#renderer/features/review/lanes.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { ReviewRun } from '#shared/ipc/review.ts';
import { seededStream } from '#shared/market/seeded.ts';
import { PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import { explainedBetween, rowAt } from '#shared/risk/run-explained.ts';
import { type RunLogLine, type RunSamples, SAMPLE_COLUMNS } from '#shared/risk/run-samples.ts';
import { thinSamples } from '#shared/risk/thin-samples.ts';

const RESOURCES = join(ROOT, 'resources');
const folder = mkdtempSync(join(tmpdir(), 'keel-review-'));
const places = { runs: join(folder, 'runs'), sessions: join(folder, 'sessions') };
afterAll(() => rmSync(folder, { recursive: true }));

function samplesOf(rows: number): RunSamples {
  const draw = seededStream(9, 1);
  const columns = SAMPLE_COLUMNS.map((name) => {
    const of = (_: unknown, row: number): number => (name === 'at' ? row * 60_000 : draw.normal());
    return [name, Float64Array.from({ length: rows }, of)] as const;
  });
  return Object.fromEntries(columns) as RunSamples & Record<string, Float64Array>;
}

describe('a thinned record', () => {
  it('keeps first, last, lowest and highest, whole rows and their order', () => {
    const whole = samplesOf(10_000);
    const thin = thinSamples(whole, 200);
    const rowOf = (at: number): number => at / 60_000;
    expect(thin.at.length).toBeLessThanOrEqual(200);
    expect([thin.at[0], thin.at.at(-1)]).toEqual([0, 9_999 * 60_000]);
    expect(Math.min(...thin.equityUsd)).toBe(Math.min(...whole.equityUsd));
    expect(Math.max(...thin.equityUsd)).toBe(Math.max(...whole.equityUsd));
    expect([...thin.at]).toEqual([...thin.at].sort((a, b) => a - b));
    expect([...thin.delta]).toEqual(Array.from(thin.at, (at) => whole.delta[rowOf(at)]));
    expect(thinSamples(whole, 10_000)).toBe(whole);
  });
});

describe('the cursor', () => {
  it('finds the row and the line in force', () => {
    const at = Float64Array.of(10, 20, 30);
    expect([5, 10, 19, 20, 99].map((time) => rowAt(at, time))).toEqual([0, 0, 0, 1, 2]);
    expect([...atTimesOf(Float64Array.of(5, 25, 40), at, Float64Array.of(1, 2, 3))]).toEqual([1, 2, 3]);
  });

  it('steps by event and by trade, and stops at the ends', () => {
    const log: RunLogLine[] = (['note', 'hedge', 'fill', 'fill', 'funding', 'liquidation'] as const).map((kind, k) => ({
      ...{ at: k < 3 ? k : k - 1, kind, text: '' },
    }));
    expect(lineAt(log, 2)).toBe(3);
    expect(lineAt(log, -1)).toBe(-1);
    expect(stepLine(log, -1, 1, false)).toBe(0);
    expect(stepLine(log, 0, 1, true)).toBe(2);
    expect(stepLine(log, 3, 1, true)).toBe(5);
    expect(stepLine(log, 5, 1, true)).toBeNull();
    expect(stepLine(log, 2, -1, true)).toBeNull();
  });
});

describe('a run that was kept', () => {
  let run: ReviewRun;
  beforeAll(async () => {
    const shapes = readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
    run = await openReview(places, await runDemo(places, RESOURCES, shapes));
  });

  it('is listed and opened, with its worst period as the record has it', () => {
    expect(listReviews(places)).toEqual([{ id: 'run:march-2020-1.db', title: 'Run march-2020-1' }]);
    const { at, equityUsd } = run.samples;
    const falls = Array.from(equityUsd, (value, row) => value - (equityUsd[row - 1] ?? value));
    expect(at[falls.indexOf(Math.min(...falls))]).toBe(run.summary.worstAt);
    expect(run.facts.find((one) => one.name === 'Data hash')?.value).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has lanes that add up, alone and beside another', () => {
    const lanes = new Map(lanesOf(run, run).map((lane) => [lane.name, lane]));
    const pnl = lanes.get('P&L')!;
    expect(pnl.values.at(-1)).toBeCloseTo(run.summary.pnlUsd, 6);
    expect(Math.min(...lanes.get('Drawdown')!.values)).toBeCloseTo(-run.summary.drawdownUsd, 6);
    for (const { values, other } of lanes.values()) expect(other).toEqual(values);
  });

  it('is explained over any stretch, to the cent of its equity', () => {
    const { samples } = run;
    const last = samples.at.length - 1;
    let [gross, left] = [0, 0];
    for (const [from, to] of [[0, last], [0, 10], [100, 700], [last - 1, last]] as const) {
      const { terms, total } = explainedBetween(samples, from, to)!;
      expect(total).toBeCloseTo(samples.equityUsd[to]! - samples.equityUsd[from]!, 9);
      expect(PNL_TERMS.reduce((sum, name) => sum + terms[name], 0)).toBeCloseTo(total, 6);
      gross += PNL_TERMS.reduce((sum, name) => sum + Math.abs(terms[name]), 0);
      left += Math.abs(terms.unexplained);
    }
    expect(left).toBeLessThan(0.01 * gross);
    // Fees and funding as the ledger has them, which takes the index of their moment and not of the next sample.
    const { terms } = explainedBetween(samples, 0, last)!;
    expect(terms.fees / -samples.feesUsd[last]!).toBeCloseTo(1, 1);
    expect(terms.funding / samples.fundingUsd[last]!).toBeCloseTo(1, 1);
    // A straddle that was sold pays for the move and is paid for the time.
    expect(terms.gamma).toBeLessThan(0);
    expect(terms.theta).toBeGreaterThan(0);
  }); // biome-ignore format: pairs

  it('says nothing of terms that an earlier version did not keep', () => {
    const samples = { ...run.samples, 'pnl.delta': run.samples.at.map(() => Number.NaN) };
    expect(explainedBetween(samples, 0, 5)).toBeNull();
    expect(htmlReport({ ...run, samples })).toContain('kept without its P&amp;L terms');
  });

  it('becomes a picture that stands alone', () => {
    const drawn = picture({ ...run, title: '<b>' });
    expect(drawn.match(/<path /g)).toHaveLength(7);
    expect(drawn).toContain('&lt;b&gt;');
    expect(drawn).not.toMatch(/<script|href=|url\(|<image/);
  });

  it('becomes one page that fetches nothing, with texts as texts', () => {
    const page = htmlReport({
      ...run,
      title: '<b>&"',
      log: [{ at: 0, kind: 'note', text: '<script>alert(1)</script>' }],
    });
    expect(page).toContain('<h1>&lt;b&gt;&amp;&quot;</h1>');
    expect(page).not.toMatch(/<script|<link|src=|href=|url\(|@import/);
    expect(page.match(/<svg /g)).toHaveLength(7);
    expect(page).toContain(`<td>${run.summary.pnlUsd.toFixed(2)} USD</td>`);
  });
});
