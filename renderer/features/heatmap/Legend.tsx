import { cellOf } from '#renderer/charts/heat-matrix.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './HeatmapPanel.module.css';
import { liquidatedAnywhere, type MapModel, type MapPart } from './model.ts';

export interface LegendProps {
  /** The map the crosshair is on. */
  readonly active: MapPart;
  readonly model: MapModel;
  /** Rows of the book that the report leaves out. */
  readonly excluded: number;
  readonly fault: Fault | null;
}

/** What the map's marks mean, with the worst cell in words. */
export function Legend({ active, model, excluded, fault }: LegendProps) {
  const { matrix } = active;
  const worst = matrix.worst === null ? null : cellOf(matrix, matrix.worst);
  const gone = [...new Set(model.parts.flatMap((part) => liquidatedAnywhere(part.matrix, model.pools)))];
  return (
    <p className={style.legend}>
      {matrix.market === null ? null : (
        <span>
          <span className={style.here} aria-hidden="true" /> {matrix.breaches === null ? 'at the money' : 'market now'}
        </span>
      )}
      {worst === null || matrix.worst === null ? null : (
        <span>
          <span className={style.diamond} aria-hidden="true">
            ◆
          </span>{' '}
          worst <strong data-figure="">{model.figures.write(matrix.values[matrix.worst] ?? Number.NaN)}</strong> at{' '}
          {matrix.columns[worst.column]?.label} / {matrix.rows[worst.row]?.label}
        </span>
      )}
      {gone.length === 0 ? null : (
        <span>
          <span className={style.hatch} aria-hidden="true" />{' '}
          {active.name === 'difference' ? 'newly liquidated' : 'liquidated'}: {gone.join(', ')}
        </span>
      )}
      {excluded === 0 ? null : <span>excl. {excluded} without a price</span>}
      {fault === null ? null : <span className={style.fault}>{fault.message}</span>}
    </p>
  );
}
