import { type Bench, median, percentile, rounded } from './figures.ts';
import type { FrameFigures } from './window/job.ts';
import { runInWindow } from './window/run.ts';

const ROWS = 10_000;
const UPDATES_A_SECOND = 2_000;

/**
 * `frame_p99_vs_empty`: times between frames of the full workspace under load over those of an empty page in the same
 * window, rounds in turns; long tasks over a minute in all. Figures come from main through the product's port and page.
 */
export const frameVsEmpty: Bench = async ({ quick, say }) => {
  const rounds = quick ? 1 : 3;
  const seconds = quick ? 10 : 20;
  const runs: { readonly empty: FrameFigures; readonly workspace: FrameFigures }[] = [];
  for (let round = 0; round < rounds; round++) {
    const metered = (page: 'empty' | 'workspace') =>
      runInWindow<FrameFigures>({ type: 'frames', page, rows: ROWS, updates: UPDATES_A_SECOND, seconds });
    runs.push({ empty: await metered('empty'), workspace: await metered('workspace') });
    say(`frames: round ${round + 1} of ${rounds}`);
  }
  const p99 = (figures: FrameFigures): number => percentile(figures.intervals, 0.99);
  const longTasks = runs.flatMap((run) => run.workspace.longTasks);
  return {
    frame_p99_vs_empty: rounded(median(runs.map((run) => p99(run.workspace) / p99(run.empty)))),
    frame_p99_ms: rounded(median(runs.map((run) => p99(run.workspace)))),
    frame_empty_p99_ms: rounded(median(runs.map((run) => p99(run.empty)))),
    frame_p50_ms: rounded(median(runs.map((run) => median(run.workspace.intervals)))),
    frame_seconds: rounds * seconds,
    frame_long_tasks: longTasks.length,
    frame_long_tasks_empty: runs.flatMap((run) => run.empty.longTasks).length,
    frame_longest_task_ms: longTasks.length === 0 ? 0 : Math.max(...longTasks),
    frame_page_cpu: rounded(median(runs.map((run) => run.workspace.cpu)), 2),
    frame_window_mb: rounded(Math.max(...runs.map((run) => run.workspace.memoryMb)), 0),
  };
};
