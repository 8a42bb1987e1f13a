import { Sparkline } from '#renderer/charts/Sparkline.tsx';
import { venueName } from '#renderer/format/names.ts';
import { percent, plain } from '#renderer/format/number.ts';
import { SEVERITY_WORDS, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { MarginSeverity } from '#shared/control/margin-monitor.ts';
import type { MarginTwin } from '#shared/control/margin-twin.ts';
import type { ProjectedPool } from '#shared/control/open-orders.ts';
import type { CellReadout } from '#shared/ipc/contract.ts';
import type { PoolMargin } from '#shared/risk/report.ts';
import { barShare, currencyDecimals, healthOf, poolHealth, thresholdsNow } from './health.ts';
import type { Sample } from './history.ts';
import style from './MarginPanel.module.css';
import { healthText, isApart, nearestText, priceOrNone, projectedText, twinText } from './pool-words.ts';

export interface PoolRowProps {
  readonly pool: PoolMargin;
  readonly spot: number;
  /** The nearest breach in spot and vol together, in words. */
  readonly joint: string;
  readonly history: readonly Sample[];
  /** The venue's own figures; null while it has not told them. */
  readonly twin: MarginTwin | null;
  /** The pool once open orders have filled; null where none is open. */
  readonly projected: ProjectedPool | null;
  /** The pool after the shock; null without one. */
  readonly shocked: CellReadout['pools'][number] | null;
}

function Figure({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure="">{children}</dd>
    </div>
  );
}

/** Maintenance margin as a share of the margin balance, with the marks at which it is watched and critical. */
interface BarProps {
  readonly ratio: number;
  readonly health: MarginSeverity;
  readonly shocked: number | null;
}

function Bar({ ratio, health, shocked }: BarProps) {
  const { watch, critical } = thresholdsNow().ratio;
  return (
    <svg className={style.bar} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className={style.trough} width="100" height="10" />
      <rect className={style[health]} width={barShare(ratio) * 100} height="10" />
      {shocked === null ? null : <rect className={style.ghost} width={barShare(shocked) * 100} y="7" height="3" />}
      <path className={style.tick} d={`M${watch * 100} 0V10M${critical * 100} 0V10`} />
    </svg>
  );
}

/** One margin pool. */
export function PoolRow({ pool, spot, joint, history, twin, projected, shocked }: PoolRowProps) {
  const decimals = currencyDecimals(pool.currency);
  const health = poolHealth(pool);
  const { watch, critical } = thresholdsNow().ratio;
  const name = `${pool.account} ${pool.currency}`;
  return (
    <li className={style.pool} data-shocked={shocked !== null || undefined}>
      <div className={style.head} title={`${name}, rules ${pool.rules}`}>
        <strong>{name}</strong>
        <span className={style.rules}>
          <span className={style.venue}>{venueName(pool.venue)} · </span>
          {pool.rules}
        </span>
      </div>
      <div className={style.health}>
        {shocked === null ? null : (
          <span className={style.after}>
            shocked{' '}
            <SeverityMark severity={shocked.liquidated ? 'critical' : healthOf(shocked.ratio)}>
              {shocked.liquidated ? 'liquidated' : percent(shocked.ratio, 0)}
            </SeverityMark>
          </span>
        )}
        <SeverityMark severity={health}>
          {pool.healthFactor === undefined ? percent(pool.ratio, 0) : `health ${healthText(pool.healthFactor)}`}{' '}
          {SEVERITY_WORDS[health].toLowerCase()}
        </SeverityMark>
      </div>
      <div className={style.gauges}>
        <Bar
          ratio={pool.ratio}
          health={health}
          shocked={shocked === null ? null : shocked.liquidated ? 1 : shocked.ratio}
        />
        <Sparkline
          values={history.map((sample) => sample.ratio)}
          low={0}
          high={1}
          levels={[watch, critical]}
          label={`${name}: maintenance margin over margin balance, ${history.length} samples, now ${percent(pool.ratio, 0)}`}
        />
      </div>
      <dl className={style.figures}>
        <Figure name="equity">{plain(pool.equity, decimals)}</Figure>
        <Figure name="initial">{plain(pool.initialMargin, decimals)}</Figure>
        <Figure name="maint.">{plain(pool.maintenanceMargin, decimals)}</Figure>
        <div className={style.twin}>
          <dt>by venue</dt>
          <dd data-figure="">
            {isApart(twin) ? <SeverityMark severity="watch">{twinText(twin)}</SeverityMark> : twinText(twin)}
          </dd>
        </div>
        {pool.healthFactor === undefined ? null : <Figure name="health factor">{healthText(pool.healthFactor)}</Figure>}
        <Figure name="available">{plain(pool.available, decimals)}</Figure>
        <Figure name="liq. below">{priceOrNone(pool.liquidationBelow)}</Figure>
        <Figure name="liq. above">{priceOrNone(pool.liquidationAbove)}</Figure>
        {projected === null ? null : (
          <div className={style.twin} title="maintenance over balance, at the worst of what may fill">
            <dt>after orders</dt>
            <dd data-figure="">
              <SeverityMark severity={healthOf(projected.worstRatio)}>{projectedText(projected)}</SeverityMark>
            </dd>
          </div>
        )}
        <div className={style.wide} title={`spot and vol together: ${joint}`}>
          <dt>nearest liquidation</dt>
          <dd data-figure="">{nearestText(pool, spot)}</dd>
        </div>
      </dl>
    </li>
  );
}
