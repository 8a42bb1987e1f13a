import { direction, money, signed } from '#renderer/format/number.ts';
import { classNames } from './class-names.ts';
import style from './Figure.module.css';

export interface FigureProps {
  readonly value: number;
  readonly decimals?: number;
  /** A small triangle beside the sign, for figures that stand alone. */
  readonly triangle?: boolean;
}

/** A signed figure in the colour of its sign, with plus or minus written out. */
export function Figure({ value, decimals = 0, triangle = false }: FigureProps) {
  const points = direction(value, decimals);
  return (
    <span className={classNames(style.figure, style[points])}>
      {triangle && points !== 'flat' ? (
        <span className={style.triangle} aria-hidden="true">
          {points === 'up' ? '▲' : '▼'}
        </span>
      ) : null}
      {decimals === 0 ? money(value) : signed(value, decimals)}
    </span>
  );
}
