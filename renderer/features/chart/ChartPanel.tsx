import { useMemo, useState } from 'react';
import { type CandleMark, CandlePlot } from '#renderer/charts/CandlePlot.tsx';
import { FigureTable } from '#renderer/charts/FigureTable.tsx';
import { Choice, Switch, ToolBar } from '#renderer/charts/ToolBar.tsx';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { poolsOn } from '#renderer/features/margin/health.ts';
import { DASH, decimalsFor, percent, plain, signed } from '#renderer/format/number.ts';
import { utcDay, utcTime } from '#renderer/format/time.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import type { PanelState } from '#renderer/ui/panel-state.ts';
import type { Candle } from '#shared/ipc/frames.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import style from './ChartPanel.module.css';
import { BAR_SIZES } from './candles.ts';
import { fillMarks, fillsOf, liquidationLevels, markWords } from './marks.ts';
import { type Candles, useCandles } from './useCandles.ts';

const PANEL = 'chart';
const FIRST_BAR = '5m';
const TABLE_ROWS = 300;
const NO_POOLS: readonly PoolMargin[] = [];

function stateOf(risk: PanelState, series: Candles): PanelState {
  if (risk.kind === 'empty') return risk;
  if (series.fault !== null) {
    return {
      kind: 'error',
      what: `The candles could not be loaded: ${series.fault.message}`,
      since: null,
      stillWorks: 'Positions, risk and orders are not affected.',
      retry: series.reload,
      details: `${series.fault.code}: ${series.fault.message}`,
    };
  }
  if (!series.loaded) return { kind: 'loading', what: 'Loading candles' };
  if (series.candles.length === 0) return { kind: 'empty', sentence: 'The tape has no candles yet.' };
  return risk.kind === 'stale' ? risk : { kind: 'ready' };
}

/** Candles of the underlying with executions and liquidation prices. */
export function ChartPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const [bar, setBar] = useState(FIRST_BAR);
  const [table, setTable] = useState(false);
  const barMs = BAR_SIZES.find((size) => size.label === bar)?.ms ?? 300_000;
  const { risk, state, freshness } = useRiskState('The chart');
  const series = useCandles(underlying, barMs);
  useCommand('panel.table', () => setTable((now) => !now), PANEL);
  useKeptFocus(PANEL, String(table));
  return (
    <Panel
      id={PANEL}
      title={`Chart · ${underlying}`}
      scope={`${bar} bars · UTC`}
      currency="USD"
      freshness={freshness}
      actions={
        <Switch pressed={table} onChange={setTable} command="panel.table">
          Table
        </Switch>
      }
      state={stateOf(state, series)}
    >
      <Body
        underlying={underlying}
        series={series}
        bar={bar}
        onBar={setBar}
        barMs={barMs}
        pools={risk === null ? NO_POOLS : poolsOn(risk.pools, risk.spot, underlying)}
        table={table}
      />
    </Panel>
  );
}

interface BodyProps {
  readonly underlying: string;
  readonly series: Candles;
  readonly bar: string;
  readonly onBar: (bar: string) => void;
  readonly barMs: number;
  readonly pools: readonly PoolMargin[];
  readonly table: boolean;
}

function sentence(candle: Candle, decimals: number, fills: string): string {
  const figure = (value: number): string => plain(value, decimals);
  const { open, high, low, close, volume } = candle;
  const when = `${utcDay(candle.time)} ${utcTime(candle.time).slice(0, 5)} UTC`;
  const prices = `open ${figure(open)}, high ${figure(high)}, low ${figure(low)}, close ${figure(close)}`;
  return `${when}: ${prices}, volume ${plain(volume)}${fills === '' ? '' : `, ${fills}`}`;
}

function levelsKey(pools: readonly PoolMargin[]): string {
  return liquidationLevels(pools)
    .map(({ price, label }) => `${label} ${price.toFixed(0)}`)
    .join('|');
}

function Body({ underlying, series, bar, onBar, barMs, pools, table }: BodyProps) {
  const fills = useTerminal((terminal) => terminal.fills);
  const [index, setIndex] = useState<number | null>(null);
  const { candles, load } = series;
  const first = candles[0]?.time ?? 0;
  const marks = useMemo(() => fillMarks(fillsOf(fills, underlying), barMs, first), [fills, underlying, barMs, first]);
  const key = levelsKey(pools);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines move when a price changes by a dollar, not with every report
  const levels = useMemo(() => liquidationLevels(pools), [key]);
  const candle = (index === null ? undefined : candles[index]) ?? candles.at(-1);
  const decimals = Math.min(decimalsFor(candle?.close ?? 0, 5), 4);
  return (
    <>
      <ToolBar label="Bar size and the bar at the cursor">
        <Choice
          label="Bar size"
          value={bar}
          options={BAR_SIZES.map(({ label }) => ({ value: label, text: label }))}
          onChange={onBar}
        />
        {candle ? <Ohlc candle={candle} decimals={decimals} /> : null}
      </ToolBar>
      {table ? (
        <CandleTable candles={candles} marks={marks} decimals={decimals} />
      ) : (
        <CandlePlot
          label={`${underlying} candles, ${bar}`}
          candles={candles}
          load={load}
          view={`${underlying} ${bar}`}
          marks={marks}
          levels={levels}
          index={index}
          speech={candle ? sentence(candle, decimals, markWords(marks, candle.time)) : ''}
          onIndex={setIndex}
        />
      )}
      <p className={style.notice}>
        Charts: TradingView Lightweight Charts™, © 2025 TradingView, Inc., https://www.tradingview.com/
      </p>
    </>
  );
}

function Ohlc({ candle, decimals }: { readonly candle: Candle; readonly decimals: number }) {
  const change = candle.close / candle.open - 1;
  return (
    <dl className={style.ohlc}>
      <div>
        <dt className="visually-hidden">time</dt>
        <dd className={style.time}>{`${utcDay(candle.time).slice(0, -5)} ${utcTime(candle.time).slice(0, 5)}`}</dd>
      </div>
      {(['open', 'high', 'low', 'close'] as const).map((part) => (
        <div key={part}>
          <dt>
            <span aria-hidden="true">{part[0]?.toUpperCase()}</span>
            <span className="visually-hidden">{part}</span>
          </dt>
          <dd data-figure="">{plain(candle[part], decimals)}</dd>
        </div>
      ))}
      <div>
        <dt className="visually-hidden">change</dt>
        <dd data-way={change < 0 ? 'down' : 'up'}>{percent(change, 2, 'signed')}</dd>
      </div>
      <div>
        <dt>volume</dt>
        <dd>{candle.volume > 0 ? plain(candle.volume) : DASH}</dd>
      </div>
    </dl>
  );
}

interface CandleTableProps {
  readonly candles: readonly Candle[];
  readonly marks: readonly CandleMark[];
  readonly decimals: number;
}

function CandleTable({ candles, marks, decimals }: CandleTableProps) {
  const rows = candles.slice(-TABLE_ROWS).reverse();
  return (
    <FigureTable
      label={`The last ${rows.length} bars, newest first`}
      corner="UTC"
      columns={['open', 'high', 'low', 'close', 'change %', 'volume', 'fills']}
      rows={rows.map((candle) => ({
        key: String(candle.time),
        head: `${utcDay(candle.time)} ${utcTime(candle.time).slice(0, 5)}`,
        cells: [
          plain(candle.open, decimals),
          plain(candle.high, decimals),
          plain(candle.low, decimals),
          plain(candle.close, decimals),
          signed((candle.close / candle.open - 1) * 100, 2),
          plain(candle.volume, 1),
          markWords(marks, candle.time) || DASH,
        ],
      }))}
    />
  );
}
