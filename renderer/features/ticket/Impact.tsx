import { currencyDecimals, poolHealth, poolKey } from '#renderer/features/margin/health.ts';
import { percent, plain, signed } from '#renderer/format/number.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { BookEffect, TicketPreview } from '#shared/ipc/contract.ts';
import style from './Impact.module.css';

interface Line {
  readonly name: string;
  readonly of: (effect: BookEffect) => number | null;
  readonly write: (value: number) => string;
}

function lines(underlying: string, spot: number): readonly Line[] {
  return [
    { name: `Δ ${underlying}`, of: ({ delta }) => delta, write: (value) => signed(value, 3) },
    { name: 'Γ per 1%', of: ({ gamma }) => gamma * spot * 0.01, write: (value) => signed(value, 3) },
    { name: 'Vega per point', of: ({ vega }) => vega, write: (value) => signed(value) },
    { name: 'Θ per day', of: ({ theta }) => theta, write: (value) => signed(value) },
    { name: 'Worst cell', of: ({ worstCellUsd }) => worstCellUsd, write: (value) => signed(value) },
  ];
}

function distanceText(distance: number | null): string {
  return distance === null ? 'none' : percent(distance, 1);
}

/** The book before and after the ticket: Greeks, worst cell of the map, nearest liquidation, margin of each pool. */
export function Impact(props: { readonly preview: TicketPreview; readonly underlying: string; readonly spot: number }) {
  const { preview, underlying, spot } = props;
  const { before, after, pools } = preview;
  if (before === null || after === null) return null;
  return (
    <table className={style.impact}>
      <caption className="visually-hidden">The book before and after the ticket, USD</caption>
      <thead>
        <tr>
          <th scope="col">book, USD</th>
          <th scope="col">before</th>
          <th scope="col">after</th>
          <th scope="col">change</th>
        </tr>
      </thead>
      <tbody>
        {lines(underlying, spot).map(({ name, of, write }) => {
          const [was, is] = [of(before) ?? Number.NaN, of(after) ?? Number.NaN];
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{write(was)}</td>
              <td className={style.after}>{write(is)}</td>
              <td>{write(is - was) === '0' ? '0' : write(is - was)}</td>
            </tr>
          );
        })}
        <tr>
          <th scope="row">Nearest liq.</th>
          <td>{distanceText(before.nearestLiquidation)}</td>
          <td className={style.after}>{distanceText(after.nearestLiquidation)}</td>
          <td />
        </tr>
      </tbody>
      <tbody>
        {pools.map((pool) => (
          <PoolRows key={poolKey(pool.after)} before={pool.before} after={pool.after} />
        ))}
      </tbody>
    </table>
  );
}

function PoolRows({ before, after }: TicketPreview['pools'][number]) {
  const decimals = currencyDecimals(after.currency);
  return (
    <>
      <tr>
        <th scope="row">
          {after.account} {after.currency}
        </th>
        <td>{percent(before.ratio, 0)}</td>
        <td className={style.after}>
          <SeverityMark severity={poolHealth(after)}>{percent(after.ratio, 0)}</SeverityMark>
        </td>
        <td>{signed((after.ratio - before.ratio) * 100, 1)}</td>
      </tr>
      <tr>
        <th scope="row" className={style.sub}>
          available
        </th>
        <td>{plain(before.available, decimals)}</td>
        <td className={style.after}>{plain(after.available, decimals)}</td>
        <td>{signed(after.available - before.available, decimals)}</td>
      </tr>
    </>
  );
}
