import { useMemo, useState } from 'react';
import { FigureTable } from '#renderer/charts/FigureTable.tsx';
import { LinePlot } from '#renderer/charts/LinePlot.tsx';
import { Readout, Switch } from '#renderer/charts/ToolBar.tsx';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { poolsOn } from '#renderer/features/margin/health.ts';
import { DASH, percent, plain } from '#renderer/format/number.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Figure } from '#renderer/ui/Figure.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import type { Payoff, PoolMargin } from '#shared/risk/report.ts';
import { breakEvens } from './break-evens.ts';
import { nearestSample, payoffCurves, payoffUprights, sampleSentence } from './curves.ts';
import style from './PayoffPanel.module.css';

const PANEL = 'payoff';
const NO_POOLS: readonly PoolMargin[] = [];

/** Profit and loss of the book over spot: now, and at the next expiry. */
export function PayoffPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const { risk, state, freshness } = useRiskState('The payoff');
  const [table, setTable] = useState(false);
  useCommand('panel.table', () => setTable((now) => !now), PANEL);
  useKeptFocus(PANEL, String(table));
  const payoff = risk?.payoffs.find((one) => one.underlying === underlying) ?? null;
  const spot = risk?.spot[underlying] ?? Number.NaN;
  const pools = useMemo(
    () => (risk === null ? NO_POOLS : poolsOn(risk.pools, risk.spot, underlying)),
    [risk, underlying],
  );
  const none = payoff === null && (state.kind === 'ready' || state.kind === 'stale');
  return (
    <Panel
      id={PANEL}
      title={`Payoff · ${underlying}`}
      scope="now and at the next expiry"
      currency="USD"
      freshness={freshness}
      actions={
        <Switch pressed={table} onChange={setTable} command="panel.table">
          Table
        </Switch>
      }
      state={none ? { kind: 'empty', sentence: `Nothing is held on ${underlying}.` } : state}
    >
      {payoff === null ? null : <Body payoff={payoff} spot={spot} pools={pools} table={table} />}
    </Panel>
  );
}

interface BodyProps {
  readonly payoff: Payoff;
  readonly spot: number;
  readonly pools: readonly PoolMargin[];
  readonly table: boolean;
}

function Body({ payoff, spot, pools, table }: BodyProps) {
  const [place, setPlace] = useState<number | null>(null);
  const curves = useMemo(() => payoffCurves(payoff), [payoff]);
  const uprights = useMemo(() => payoffUprights(spot, pools), [spot, pools]);
  const crossings = useMemo(() => breakEvens(payoff.spots, payoff.atExpiry), [payoff]);
  const index = Math.min(place ?? nearestSample(payoff.spots, spot), payoff.spots.length - 1);
  const x = payoff.spots[index] ?? Number.NaN;
  const figures = curves.map((curve) => ({
    key: curve.name,
    name: (
      <>
        <Sample dash={curve.dash} /> {curve.name}
      </>
    ),
    value: <Figure value={curve.values[index] ?? Number.NaN} />,
  }));
  return (
    <>
      <Readout label="Payoff at the cursor" figures={[spotFigure(x, spot), ...figures, breakEvenFigure(crossings)]} />
      {table ? (
        <PayoffTable payoff={payoff} spot={spot} />
      ) : (
        <LinePlot
          label="Payoff of the book over spot, USD"
          xs={payoff.spots}
          curves={curves}
          uprights={uprights}
          crossings={crossings}
          index={index}
          speech={sampleSentence(payoff, index, spot)}
          onIndex={setPlace}
        />
      )}
    </>
  );
}

function spotFigure(x: number, spot: number) {
  const away = <span className={style.away}>{percent(x / spot - 1, 1, 'signed')}</span>;
  const value = (
    <>
      {plain(x)} {away}
    </>
  );
  return { key: 'spot', name: 'spot', value };
}

function breakEvenFigure(crossings: readonly number[]) {
  const value = crossings.length === 0 ? DASH : crossings.map((one) => plain(one)).join(' · ');
  return { key: 'break-even', name: 'break-even', value };
}

function Sample({ dash }: { readonly dash: readonly number[] }) {
  return (
    <svg className={style.sample} viewBox="0 0 18 6" aria-hidden="true">
      <path d="M0 3H18" strokeDasharray={dash.length === 0 ? undefined : '5 3'} />
    </svg>
  );
}

function PayoffTable({ payoff, spot }: { readonly payoff: Payoff; readonly spot: number }) {
  const curves = payoffCurves(payoff);
  return (
    <FigureTable
      label="Payoff of the book over spot, USD"
      corner="spot"
      columns={['from now', ...curves.map((curve) => curve.name)]}
      rows={Array.from(payoff.spots, (x, index) => ({
        key: String(x),
        head: plain(x),
        cells: [
          percent(x / spot - 1, 1, 'signed'),
          ...curves.map((curve) => <Figure key={curve.name} value={curve.values[index] ?? Number.NaN} />),
        ],
      }))}
    />
  );
}
