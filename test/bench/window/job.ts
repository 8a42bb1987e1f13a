/** What a bench window is asked to do; handed over as JSON in `--job=`. */
export type Job =
  | {
      readonly type: 'frames';
      readonly page: 'empty' | 'workspace';
      readonly rows: number;
      readonly updates: number;
      readonly seconds: number;
    }
  | {
      readonly type: 'snapshot';
      readonly rows: number;
      readonly updates: number;
      readonly rounds: number;
      readonly repeats: number;
    };

export interface FrameFigures {
  /** Times between animation frames, ms. */
  readonly intervals: readonly number[];
  /** Durations of tasks longer than 50 ms. */
  readonly longTasks: readonly number[];
  /** Share of one core the page's process used, and what it takes in memory, shared pages included. */
  readonly cpu: number;
  readonly memoryMb: number;
}

/** Median round trip in ms of each way to send a snapshot, per round. */
export interface SnapshotFigures {
  readonly rounds: readonly Readonly<Record<SnapshotWay, number>>[];
  /** Size of a packed message. */
  readonly bytes: Readonly<Record<PackedWay, number>>;
}

/** The stream under its usual load, with every row moved, and a whole table. */
export const PACKED_WAYS = ['stream', 'moved', 'whole'] as const;
export type PackedWay = (typeof PACKED_WAYS)[number];
export type SnapshotWay = 'empty' | 'objects' | PackedWay;
