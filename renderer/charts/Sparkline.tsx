import style from './Sparkline.module.css';

export interface SparklineProps {
  readonly values: readonly number[];
  /** Scale: low at the bottom, high at the top. */
  readonly low: number;
  readonly high: number;
  /** Levels drawn as faint lines. */
  readonly levels?: readonly number[];
  /** What it shows, in words. */
  readonly label: string;
}

const WIDTH = 100;
const HEIGHT = 24;

/** Path of values over equal steps in a box of 100 × 24; values outside the scale stay at its edge. */
export function sparkPath(values: readonly number[], low: number, high: number): string {
  if (values.length === 0 || high <= low) return '';
  const yOf = (value: number): string => {
    const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
    return (HEIGHT - 1 - share * (HEIGHT - 2)).toFixed(2);
  };
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map((value, index) => `${(index * step).toFixed(2)} ${yOf(value)}`);
  return `M${points.join('L')}${values.length === 1 ? `H${WIDTH}` : ''}`;
}

/** A history in the height of a word. */
export function Sparkline({ values, low, high, levels = [], label }: SparklineProps) {
  return (
    <svg
      className={style.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {levels.map((level) => (
        <path key={level} className={style.level} d={sparkPath([level, level], low, high)} />
      ))}
      <path className={style.line} d={sparkPath(values, low, high)} />
    </svg>
  );
}
