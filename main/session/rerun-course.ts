import type { EngineLimits } from '#main/engine/limits.ts';
import type { DeskMethod, Input, RecordedLine } from '#main/replay/input.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { entriesAfter } from '#main/store/queries.ts';
import { tapeFrom } from '#main/store/tape.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { DurationMs, EpochMs } from '#shared/units/time.ts';
import { courseOfTape, type MotionPoint } from './motion.ts';
import { recordedLines } from './replay.ts';
import { createIntended } from './rerun-orders.ts';

/** Something the trader asked for, at its time on the course. */
export interface RecordedCommand {
  readonly at: EpochMs;
  readonly method: DeskMethod;
  readonly args: readonly unknown[];
  /** Prefix of the ids of what was staged in its run. */
  readonly staged: string;
}

/** How a session went, as far as it does not depend on its rules: the course of time and what the trader did. */
export interface Course {
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly tape: string;
  readonly seed: number;
  readonly limits: EngineLimits;
  /** Tape time at an engine time; time between two runs is left out. */
  tapeAt(engine: EpochMs): EpochMs;
  readonly commands: readonly RecordedCommand[];
  /** Orders and parent orders in the order in which they were intended; see {@link createIntended}. */
  readonly orders: readonly ClientOrderId[];
}

/** Commands that belong to the process, not to the trader. */
const NOT_REPEATED: ReadonlySet<DeskMethod> = new Set(['start', 'stop', 'reconcile', 'reconnect']);

/** A press a moment ago stays a moment ago where time was left out before it. */
function shifted(args: readonly unknown[], by: DurationMs): readonly unknown[] {
  return args.map((one) => {
    if (typeof one !== 'object' || one === null || !('pressedAt' in one) || typeof one.pressedAt !== 'number')
      return one;
    return { ...one, pressedAt: one.pressedAt - by };
  });
}

/** Venue times of the tape's quotes, batch by batch. */
function venueTimes(read: ReadHandle) {
  const quotes = tapeFrom(read, 0);
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    /** The latest of the next `rows` quotes; −∞ of none. */
    next(rows: number): EpochMs {
      let latest = Number.NEGATIVE_INFINITY;
      for (let row = 0; row < rows; row++) latest = Math.max(latest, quotes.next().value?.tsEvent ?? latest);
      taken += Math.max(rows, 0);
      return latest;
    },
  };
}

/** Reads the course of a recorded session. Throws `no-recording` where there is none. */
export function courseOf(read: ReadHandle): Course {
  const seen: MotionPoint[] = [];
  const motions: MotionPoint[] = [];
  const commands: RecordedCommand[] = [];
  const times = venueTimes(read);
  let head: Extract<RecordedLine, { type: 'run' }> | null = null;
  let [start, now, left]: [EpochMs | null, EpochMs, DurationMs] = [null, 0, 0];
  for (const line of recordedLines(read)) {
    if (line.type === 'run') {
      left += start === null ? 0 : line.at - left - now;
      start ??= line.at;
      head = line;
      times.next(line.head.quotes - times.taken);
    } else if (line.type === 'quotes') {
      now = line.at - left;
      seen.push({ at: now, tapeAt: times.next(line.rows), speed: null });
    } else if (line.type === 'motion') {
      motions.push({ ...line, at: line.at - left });
    } else if (line.type === 'input') {
      now = line.at - left;
      commands.push(...commandOf(line.input, now, left, head?.head.seq ?? 0));
    }
  }
  if (start === null || head === null) throw new FaultError(fault('no-recording', `${read.file}: no recording in it`));
  const intended = createIntended();
  const orders = [...entriesAfter(read, 0)].flatMap(({ event }) => intended(event)?.id ?? []);
  const { tape, seed } = head.head.session;
  const { limits } = head.head;
  return { start, end: now, tape, seed, limits, tapeAt: courseOfTape(motions, turningPoints(seen)), commands, orders };
}

function commandOf(input: Input, at: EpochMs, left: DurationMs, seq: number): readonly RecordedCommand[] {
  if (input.type !== 'desk' || NOT_REPEATED.has(input.method)) return [];
  return [{ at, method: input.method, args: shifted(input.args, left), staged: seq.toString(36) }];
}

/** Those at which a new tape time was first seen. */
function turningPoints(points: readonly MotionPoint[]): readonly MotionPoint[] {
  let latest = Number.NEGATIVE_INFINITY;
  return points.filter(({ tapeAt }) => {
    const fresh = tapeAt > latest;
    latest = Math.max(latest, tapeAt);
    return fresh;
  });
}
