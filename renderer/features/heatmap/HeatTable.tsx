import { FigureTable } from '#renderer/charts/FigureTable.tsx';
import { cellOf, type HeatMatrix } from '#renderer/charts/heat-matrix.ts';
import { DASH, direction } from '#renderer/format/number.ts';
import style from './HeatmapPanel.module.css';
import { liquidatedIn, type MapModel, type MapPart } from './model.ts';

function CellText({
  matrix,
  index,
  model,
}: {
  readonly matrix: HeatMatrix;
  readonly index: number;
  readonly model: MapModel;
}) {
  const value = matrix.values[index] ?? Number.NaN;
  if (!Number.isFinite(value)) return DASH;
  const gone = liquidatedIn(model.pools, matrix.breaches?.[index] ?? 0);
  return (
    <span data-figure="" data-value={value} data-way={direction(value, 3)} className={style.cell}>
      {index === matrix.worst ? <strong>{model.figures.write(value)}</strong> : model.figures.write(value)}
      {gone.length === 0 ? null : (
        <span title={`liquidated: ${gone.join(', ')}`}>
          <span aria-hidden="true"> ◆</span>
          <span className="visually-hidden"> liquidated: {gone.join(', ')}</span>
        </span>
      )}
    </span>
  );
}

/** A map as a table: the same figures, cell by cell. */
export function HeatTable({ part, model }: { readonly part: MapPart; readonly model: MapModel }) {
  const { matrix } = part;
  return (
    <FigureTable
      label={`${part.title}: ${matrix.rowTitle} by ${matrix.columnTitle}, ${model.figures.unit}`}
      corner={`${matrix.rowTitle} \\ ${matrix.columnTitle}`}
      columns={matrix.columns.map((column) => column.label)}
      rows={matrix.rows.map((row, at) => ({
        key: row.label,
        head: row.label,
        cells: matrix.columns.map((_, column) => {
          const index = at * matrix.columns.length + column;
          return <CellText key={cellOf(matrix, index).column} matrix={matrix} index={index} model={model} />;
        }),
      }))}
    />
  );
}
