import type { ReactNode } from 'react';
import { direction, money, percent, plain, signed } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { Figure } from '#renderer/ui/Figure.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { type Headline, headlineOf } from './figures.ts';
import { HedgeStrip } from './HedgeStrip.tsx';
import style from './Metrics.module.css';

interface MetricProps {
  readonly label: string;
  readonly unit?: string;
  readonly meaning: string;
  readonly lead?: boolean;
  readonly children: ReactNode;
}

function Metric({ label, unit, meaning, lead = false, children }: MetricProps) {
  return (
    <div className={classNames(style.metric, lead && style.lead)} title={meaning}>
      <dt className={style.label}>{label}</dt>
      <dd className={style.figure}>
        {children}
        {unit === undefined ? null : <span className={style.unit}>{unit}</span>}
      </dd>
    </div>
  );
}

function Nearest({ nearest }: { readonly nearest: Headline['nearest'] }) {
  if (nearest === null) return <SeverityMark severity="ok">none in range</SeverityMark>;
  const distance = nearest.below ? -nearest.distance : nearest.distance;
  return (
    <SeverityMark severity={nearest.health}>
      {percent(distance, 1, 'signed')} {nearest.account}
    </SeverityMark>
  );
}

/** The line of headline figures under the top bar. */
export function Metrics() {
  const underlying = useWorkbench((workbench) => workbench.underlying);
  const headline = useTerminalAt((terminal) => headlineOf(terminal, useWorkbench.getState().underlying));
  const spot = useTerminalAt((terminal) => terminal.risk?.spot[useWorkbench.getState().underlying] ?? Number.NaN);
  const riskAge = useTerminalAt((terminal) => terminal.status?.risk?.ageMs ?? Number.NaN);
  if (headline === null) {
    return (
      <div className={style.metrics}>
        <p className={style.wait}>Waiting for the first risk report</p>
      </div>
    );
  }
  const money0 = (value: number): ReactNode => <Figure value={value} triangle />;
  return (
    <dl className={style.metrics}>
      <Metric label={`Net Δ`} unit={underlying} meaning={`Net delta of everything held in ${underlying}, coins`} lead>
        {signed(headline.delta, 3)}
      </Metric>
      <div className={style.strip}>
        <dt className="visually-hidden">Hedge band</dt>
        <dd>
          <HedgeStrip underlying={underlying} delta={headline.delta} />
        </dd>
      </div>
      <Metric label="Γ" meaning="Net gamma: coins of delta per USD">
        {signed(headline.gamma, 5)}
      </Metric>
      <Metric label="Vega" unit="USD/pt" meaning="USD per vol point">
        {money(headline.vega)}
      </Metric>
      <Metric label="Θ / day" unit="USD" meaning="USD per day">
        {money(headline.theta)}
      </Metric>
      <Metric label="Nearest liquidation" meaning="Smallest move of the underlying that liquidates a pool">
        <Nearest nearest={headline.nearest} />
      </Metric>
      <Metric label="uPnL" unit="USD" meaning="Unrealised profit of the book">
        {money0(headline.unrealisedUsd)}
      </Metric>
      <Metric label="Day P&L" unit="USD" meaning="Profit since 00:00 UTC">
        {money0(headline.dayUsd)}
      </Metric>
      <Metric label={underlying} unit="USD" meaning={`Index of ${underlying}`}>
        {plain(spot, direction(spot) === 'flat' ? 0 : spot < 1000 ? 2 : 1)}
      </Metric>
      <Metric label="Report" meaning="Age of the risk report all figures come from">
        {headline.excluded === 0 ? (
          age(riskAge)
        ) : (
          <SeverityMark severity="watch">excl. {headline.excluded}</SeverityMark>
        )}
      </Metric>
    </dl>
  );
}
