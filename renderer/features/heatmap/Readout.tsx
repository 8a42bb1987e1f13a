import { type Cell, indexOf } from '#renderer/charts/heat-matrix.ts';
import { healthOf } from '#renderer/features/margin/health.ts';
import { DASH, percent, plain, signed } from '#renderer/format/number.ts';
import { Figure } from '#renderer/ui/Figure.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { CellReadout } from '#shared/ipc/contract.ts';
import type { RiskFrame } from '#shared/ipc/frames.ts';
import style from './HeatmapPanel.module.css';
import { GREEK_WORDS, GREEKS } from './matrix.ts';
import type { MapModel, MapPart } from './model.ts';
import type { MapSettings } from './settings.ts';
import { type CellQuestion, useCell } from './source.ts';

/** Where on the market a cell lies; null in the strike view, where a cell is a part of the book and not a market. */
function cellQuestion(
  settings: Pick<MapSettings, 'view' | 'days'>,
  part: MapPart,
  cell: Cell,
  underlying: string,
): CellQuestion | null {
  const spot = part.matrix.columns[cell.column]?.value;
  const row = part.matrix.rows[cell.row]?.value;
  if (settings.view === 'strikes' || spot === undefined || row === undefined) return null;
  return settings.view === 'time'
    ? { underlying, spot, vol: 0, days: row }
    : { underlying, spot, vol: row, days: settings.days };
}

function Named({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={style.named}>
      <dt>{name}</dt>
      <dd data-figure="">{children}</dd>
    </div>
  );
}

interface GreeksProps {
  readonly readout: CellReadout | null;
  readonly spot: number;
  readonly underlying: string;
}

function Greeks({ readout, spot, underlying }: GreeksProps) {
  return (
    <>
      <Named name={`Δ ${underlying}`}>{readout ? signed(readout.delta, 3) : DASH}</Named>
      <Named name="Γ per 1%">{readout ? signed(readout.gamma * spot * 0.01, 3) : DASH}</Named>
      <Named name="Vega">{readout ? signed(readout.vega) : DASH}</Named>
      <Named name="Θ/day">{readout ? signed(readout.theta) : DASH}</Named>
    </>
  );
}

function Pools({ readout }: { readonly readout: CellReadout | null }) {
  if (readout === null) return null;
  return (
    <ul className={style.pools}>
      {readout.pools.map((pool) => (
        <li key={`${pool.account}|${pool.currency}`}>
          {pool.account} {pool.currency}{' '}
          <SeverityMark severity={pool.liquidated ? 'critical' : healthOf(pool.ratio)}>
            {pool.liquidated ? 'liquidated' : percent(pool.ratio, 0)}
          </SeverityMark>
        </li>
      ))}
    </ul>
  );
}

export interface ReadoutProps {
  readonly model: MapModel;
  readonly part: MapPart;
  readonly cell: Cell;
  readonly pinned: Cell | null;
  readonly underlying: string;
  readonly risk: RiskFrame;
}

/** What stands at the crosshair: profit and loss, Greeks, margin and liquidations there. */
export function Readout({ model, part, cell, pinned, underlying, risk }: ReadoutProps) {
  const question = cellQuestion(model.settings, part, cell, underlying);
  const answered = useCell(question, risk.seq);
  const spot = (risk.spot[underlying] ?? Number.NaN) * (1 + (question?.spot ?? 0));
  const readout = readoutFor(answered, question);
  const { matrix } = part;
  return (
    <div className={style.readout}>
      <p className={style.place}>
        <span>
          {matrix.columnTitle} {matrix.columns[cell.column]?.label}
          {question ? ` → ${plain(spot)}` : ''} · {matrix.rowTitle} {matrix.rows[cell.row]?.label}
        </span>
        {pinned ? <Pin part={part} pinned={pinned} model={model} /> : null}
      </p>
      <dl className={style.figures}>
        {question === null ? (
          <LadderCell risk={risk} underlying={underlying} part={part} cell={cell} />
        ) : (
          <>
            <CellFigure part={part} cell={cell} />
            <Greeks readout={readout} spot={spot} underlying={underlying} />
          </>
        )}
      </dl>
      {question === null ? null : <Pools readout={readout} />}
      {answered && !answered.answer.ok ? <p className={style.fault}>{answered.answer.error.message}</p> : null}
    </div>
  );
}

/** The answer when it is for this very cell. */
function readoutFor(answered: ReturnType<typeof useCell>, question: CellQuestion | null): CellReadout | null {
  if (answered === null || !answered.answer.ok) return null;
  return JSON.stringify(answered.question) === JSON.stringify(question) ? answered.answer.value : null;
}

const WORDS = { book: 'P&L', 'what-if': 'P&L with ticket', difference: 'change' } as const;

function CellFigure({ part, cell }: { readonly part: MapPart; readonly cell: Cell }) {
  return (
    <Named name={`${WORDS[part.name]} USD`}>
      <strong>
        <Figure value={part.matrix.values[indexOf(part.matrix, cell)] ?? Number.NaN} />
      </strong>
    </Named>
  );
}

interface LadderCellProps {
  readonly risk: RiskFrame;
  readonly underlying: string;
  readonly part: MapPart;
  readonly cell: Cell;
}

/** All Greeks of one strike and expiry, whichever of them the map shows. */
function LadderCell({ risk, underlying, part, cell }: LadderCellProps) {
  const ladder = risk.ladders.find((one) => one.underlying === underlying);
  const index = indexOf(part.matrix, cell);
  const spot = risk.spot[underlying] ?? Number.NaN;
  return GREEKS.map((greek) => {
    const value = (ladder?.[greek][index] ?? Number.NaN) * (greek === 'gamma' ? spot * 0.01 : 1);
    const decimals = greek === 'delta' || greek === 'gamma' ? 3 : 0;
    return (
      <Named key={greek} name={`${GREEK_WORDS[greek].name}, ${GREEK_WORDS[greek].unit}`}>
        {signed(value, decimals)}
      </Named>
    );
  });
}

function Pin({ part, pinned, model }: { readonly part: MapPart; readonly pinned: Cell; readonly model: MapModel }) {
  const value = part.matrix.values[indexOf(part.matrix, pinned)] ?? Number.NaN;
  return (
    <span className={style.pin}>
      pinned {part.matrix.columns[pinned.column]?.label} / {part.matrix.rows[pinned.row]?.label}{' '}
      <strong>{Number.isFinite(value) ? model.figures.write(value) : DASH}</strong>
    </span>
  );
}
