/** One curve over the plot's common x values. */
export interface Curve {
  /** "now", "at 27 Mar": written beside the line, because colour says only the sign. */
  readonly name: string;
  readonly values: Float64Array;
  /** CSS pixels on and off; empty = solid. */
  readonly dash: readonly number[];
}

/** An upright line at an x with a word. */
export interface Upright {
  readonly x: number;
  readonly label: string;
  readonly look: 'spot' | 'liquidation';
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Range of all finite values with zero inside, a twelfth of room below and a sixth above, where words stand. */
export function extentWithZero(curves: readonly Pick<Curve, 'values'>[]): Extent {
  let low = 0;
  let high = 0;
  for (const { values } of curves) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low === high) return { low: -1, high: 1 };
  const span = high - low;
  return { low: low - span / 12, high: high + span / 6 };
}

/** Labels of uprights kept apart: each gets the first line (0, 1, 2 …) on which it touches no earlier one. */
export function stackLabels(
  labels: readonly { readonly left: number; readonly right: number }[],
  gap = 6,
): readonly number[] {
  const ends: number[] = [];
  const order = labels.map((label, index) => ({ ...label, index })).sort((a, b) => a.left - b.left);
  const lines = new Array<number>(labels.length).fill(0);
  for (const { left, right, index } of order) {
    const free = ends.findIndex((end) => end + gap <= left);
    const line = free < 0 ? ends.length : free;
    ends[line] = right;
    lines[index] = line;
  }
  return lines;
}

/** Index after a key in a row of `count` samples; null: not such a key. */
export function stepIndex(index: number, count: number, key: string, far: boolean): number | null {
  const step = far ? 10 : 1;
  const to = (next: number): number => Math.min(Math.max(next, 0), count - 1);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(index - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return to(index + step);
    case 'PageDown':
      return to(index - 10);
    case 'PageUp':
      return to(index + 10);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
