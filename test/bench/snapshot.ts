import { type Bench, median, rounded } from './figures.ts';
import type { SnapshotFigures, SnapshotWay } from './window/job.ts';
import { runInWindow } from './window/run.ts';

const ROWS = 2_000;
/** The load of the frame figure: half of it on the first forty rows. */
const UPDATES_A_SECOND = 2_000;

/**
 * `snapshot_vs_clone`: main → window → acknowledgement of a 2,000-row positions table as the product streams it (ten
 * tables a second, 2,000 updates a second: what changed travels), over the same rows as cloned objects. Beside it, with
 * the same denominator: every row moved, a whole table (a window's first), and an empty message.
 */
export const snapshotVsClone: Bench = async ({ quick }) => {
  const job = { type: 'snapshot', rows: ROWS, updates: UPDATES_A_SECOND, rounds: quick ? 5 : 15, repeats: 40 } as const;
  const { rounds, bytes } = await runInWindow<SnapshotFigures>(job);
  const ms = (way: SnapshotWay): number => rounded(median(rounds.map((round) => round[way])));
  const ratio = (way: SnapshotWay): number => rounded(median(rounds.map((round) => round[way] / round.objects)));
  return {
    snapshot_vs_clone: ratio('stream'),
    snapshot_all_moved_vs_clone: ratio('moved'),
    snapshot_whole_vs_clone: ratio('whole'),
    snapshot_empty_vs_clone: ratio('empty'),
    snapshot_ms: ms('stream'),
    snapshot_clone_ms: ms('objects'),
    snapshot_kb: rounded(bytes.stream / 1024, 1),
    snapshot_whole_kb: rounded(bytes.whole / 1024, 1),
  };
};
