import { useState } from 'react';
import { decimalsFor, percent, plain, signed } from '#renderer/format/number.ts';
import type { HedgeProposal, HedgeRoute } from '#shared/control/proposal.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './HedgePanel.module.css';
import { COST_PARTS, dearerBy } from './routes.ts';

export interface RouteTableProps {
  readonly proposal: HedgeProposal;
  readonly chosen: number | null;
  readonly onChoose: (route: number) => void;
}

const HEADINGS = { fee: 'fee', spread: 'spread', impact: 'impact', funding: 'fund.', margin: 'margin' } as const;

/** The signed quantity with the decimals its lot gives it. */
function quantityText(route: HedgeRoute): string {
  const places = String(route.quantity).split('.')[1]?.length ?? 0;
  return signed(route.quantity, Math.min(places, 5));
}

/** A cost in USD; without cents where they would not fit beside the others. */
function costText(usd: number): string {
  return plain(usd, Math.abs(usd) < 99.95 ? 1 : 0);
}

/** Routes that are shown before the rest is asked for. */
const SHOWN = 3;

/** Ways to get there, cheapest first, each cost in USD apart; ways that cannot be used say why. */
export function RouteTable({ proposal, chosen, onChoose }: RouteTableProps) {
  const [all, setAll] = useState(false);
  const { routes } = proposal;
  if (routes.length === 0) return null;
  const hidden = routes.length - SHOWN;
  return (
    <div>
      <table className={style.routes}>
        <caption className="visually-hidden">Routes, cheapest first, costs in USD</caption>
        <thead>
          <tr>
            <th scope="col">route</th>
            {COST_PARTS.map((part) => (
              <th key={part} scope="col" aria-label={part}>
                {HEADINGS[part]}
              </th>
            ))}
            <th scope="col">total</th>
          </tr>
        </thead>
        {routes.map((route, index) =>
          all || index < SHOWN || index === chosen ? (
            <tbody key={`${route.account} ${route.instrument}`} data-chosen={index === chosen || undefined}>
              <RouteRows route={route} index={index} chosen={chosen} routes={routes} onChoose={onChoose} />
            </tbody>
          ) : null,
        )}
      </table>
      {hidden > 0 ? (
        <button type="button" className={style.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Fewer routes' : `${hidden} more: dearer or not usable`}
        </button>
      ) : null}
    </div>
  );
}

interface RouteRowsProps extends Omit<RouteTableProps, 'proposal'> {
  readonly route: HedgeRoute;
  readonly index: number;
  readonly routes: readonly HedgeRoute[];
}

function RouteRows({ route, index, chosen, routes, onChoose }: RouteRowsProps) {
  const usable = route.unusable === null;
  const dearer = dearerBy(routes, route);
  const distance = route.liquidationDistanceAfter;
  return (
    <>
      <tr className={style.name}>
        <th scope="rowgroup" colSpan={COST_PARTS.length + 2}>
          <label>
            <input
              type="radio"
              name="hedge-route"
              checked={index === chosen}
              disabled={!usable}
              onChange={() => onChoose(index)}
            />
            <strong>{nameOf(route.instrument)}</strong>
            <span className={style.account}>{route.account}</span>
            <span className={style.order}>
              {usable
                ? `${quantityText(route)} @ ${plain(route.expectedPrice, decimalsFor(route.expectedPrice, 5))}`
                : ''}
            </span>
          </label>
        </th>
      </tr>
      {usable ? (
        <tr className={style.costs}>
          <td>{dearer === 0 ? 'cheapest' : `${signed(dearer ?? Number.NaN, 1)} dearer`}</td>
          {COST_PARTS.map((part) => (
            <td key={part} data-figure="">
              {costText(route.cost[part])}
            </td>
          ))}
          <td data-figure="">
            <strong>{costText(route.cost.total)}</strong>
          </td>
        </tr>
      ) : (
        <tr className={style.costs}>
          <td colSpan={COST_PARTS.length + 2} className={style.unusable}>
            not usable: {route.unusable}
          </td>
        </tr>
      )}
      {index === chosen ? (
        <tr className={style.costs}>
          <td colSpan={COST_PARTS.length + 2} className={style.margin}>
            initial margin {signed(route.marginChangeUsd)} · nearest liquidation after{' '}
            {distance === null ? 'none in range' : percent(distance, 1)}
          </td>
        </tr>
      ) : null}
    </>
  );
}
