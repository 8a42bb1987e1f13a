import { useState } from 'react';
import { FigureTable } from '#renderer/charts/FigureTable.tsx';
import { Switch, ToolBar } from '#renderer/charts/ToolBar.tsx';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { percent, plain, signed } from '#renderer/format/number.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import { SEVERITY_WORDS, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import type { ProjectedPool } from '#shared/control/open-orders.ts';
import { nearestBreach } from '#shared/risk/joint-breach.ts';
import type { PoolMargin, RiskReport } from '#shared/risk/report.ts';
import { currencyDecimals, livePools, poolHealth, poolKey, spotOf } from './health.ts';
import style from './MarginPanel.module.css';
import { PoolRow } from './PoolRow.tsx';
import { isApart, jointText, nearestText, priceOrNone, projectedText, twinText } from './pool-words.ts';
import { useBeside } from './useBeside.ts';
import { useHistories } from './useHistory.ts';
import { useShock } from './useShock.ts';

const PANEL = 'margin';
const MOST_SHOCK = 30;

/** What each margin pool can stand: health, distance to liquidation, and what a move of spot would do to it. */
export function MarginPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const { risk, state, freshness } = useRiskState('Margin');
  const [shock, setShock] = useState(0);
  const [table, setTable] = useState(false);
  const histories = useHistories();
  const { twins, projected } = useBeside();
  const twinOf = (pool: PoolMargin) => twins.get(poolKey(pool)) ?? null;
  const projectedOf = (pool: PoolMargin) => projected.get(poolKey(pool)) ?? null;
  const shocked = useShock(underlying, shock / 100, risk?.seq ?? null);
  useCommand('panel.table', () => setTable((now) => !now), PANEL);
  useKeptFocus(PANEL, String(table));

  const pools = livePools(risk?.pools ?? []);
  const spot = risk?.spot[underlying] ?? Number.NaN;
  const none = pools.length === 0 && (state.kind === 'ready' || state.kind === 'stale');
  const worst = pools.filter((pool) => poolHealth(pool) === 'critical').length;
  return (
    <Panel
      id={PANEL}
      title="Margin"
      scope="by Keel's rules"
      freshness={freshness}
      actions={
        <Switch pressed={table} onChange={setTable} command="panel.table">
          Table
        </Switch>
      }
      remark={worst === 0 ? undefined : <SeverityMark severity="critical">{worst} critical</SeverityMark>}
      state={none ? { kind: 'empty', sentence: 'No account holds margin.' } : state}
    >
      <ToolBar label="Shock">
        <Shock value={shock} onChange={setShock} spot={spot} />
      </ToolBar>
      {shocked?.fault ? (
        <p className={style.fault}>
          <SeverityMark severity="critical">{shocked.fault.message}</SeverityMark>
        </p>
      ) : null}
      {table ? (
        <PoolTable
          pools={pools}
          spotFor={(pool) => spotOf(pool, risk?.spot ?? {}, underlying)}
          jointFor={(pool) => jointOf(risk, pool)}
          twinFor={twinOf}
          projectedFor={projectedOf}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        <section className={style.scroll} aria-label="Margin pools" tabIndex={0} data-panel-focus="">
          <ul className={style.pools}>
            {pools.map((pool) => (
              <PoolRow
                key={poolKey(pool)}
                pool={pool}
                spot={spotOf(pool, risk?.spot ?? {}, underlying)}
                joint={jointOf(risk, pool)}
                twin={twinOf(pool)}
                projected={projectedOf(pool)}
                history={histories.get(poolKey(pool)) ?? []}
                shocked={shocked?.readout?.pools.find((one) => poolKey(one) === poolKey(pool)) ?? null}
              />
            ))}
          </ul>
        </section>
      )}
    </Panel>
  );
}

/** The nearest breach in spot and vol together, in words. */
function jointOf(risk: Pick<RiskReport, 'grids' | 'pools'> | null, pool: PoolMargin): string {
  return jointText(risk === null ? null : nearestBreach(risk.grids, risk.pools, risk.pools.indexOf(pool)));
}

interface ShockProps {
  /** Percent. */
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly spot: number;
}

function Shock({ value, onChange, spot }: ShockProps) {
  const text = value === 0 ? 'no shock' : `${signed(value)}% → ${plain(spot * (1 + value / 100))}`;
  return (
    <label className={style.shock}>
      <span>Shock</span>
      <input
        type="range"
        min={-MOST_SHOCK}
        max={MOST_SHOCK}
        step={1}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <output>{text}</output>
    </label>
  );
}

const COLUMNS = [
  'health',
  'MM / balance',
  'equity',
  'balance',
  'initial',
  'maint.',
  'maint. by venue',
  'available',
  'after open orders',
  'liq. below',
  'liq. above',
  'nearest',
  'with vol',
  'rules',
];

interface PoolTableProps {
  readonly pools: readonly PoolMargin[];
  readonly spotFor: (pool: PoolMargin) => number;
  readonly jointFor: (pool: PoolMargin) => string;
  readonly twinFor: (pool: PoolMargin) => MarginTwin | null;
  readonly projectedFor: (pool: PoolMargin) => ProjectedPool | null;
}

function PoolTable({ pools, spotFor, jointFor, twinFor, projectedFor }: PoolTableProps) {
  return (
    <FigureTable
      label="Margin pools"
      corner="pool"
      columns={COLUMNS}
      rows={pools.map((pool) => {
        const decimals = currencyDecimals(pool.currency);
        return {
          key: poolKey(pool),
          head: `${pool.account} ${pool.currency}`,
          cells: [
            <SeverityMark key="health" severity={poolHealth(pool)}>
              {SEVERITY_WORDS[poolHealth(pool)]}
            </SeverityMark>,
            percent(pool.ratio, 1),
            plain(pool.equity, decimals),
            plain(pool.marginBalance, decimals),
            plain(pool.initialMargin, decimals),
            plain(pool.maintenanceMargin, decimals),
            isApart(twinFor(pool)) ? (
              <SeverityMark key="venue" severity="watch">
                {twinText(twinFor(pool))}
              </SeverityMark>
            ) : (
              twinText(twinFor(pool))
            ),
            plain(pool.available, decimals),
            projectedText(projectedFor(pool)),
            priceOrNone(pool.liquidationBelow),
            priceOrNone(pool.liquidationAbove),
            nearestText(pool, spotFor(pool)),
            jointFor(pool),
            pool.rules,
          ],
        };
      })}
    />
  );
}
