import { percent, plain, signed } from '#renderer/format/number.ts';
import type { HedgeEffect, HedgeProposal } from '#shared/control/proposal.ts';
import style from './HedgePanel.module.css';
import { effectOf } from './routes.ts';

interface Line {
  readonly name: string;
  readonly write: (effect: HedgeEffect) => string;
}

function lines(underlying: string, spot: number): readonly Line[] {
  return [
    { name: `Δ ${underlying}`, write: (effect) => signed(effect.delta, 3) },
    { name: 'Γ per 1%', write: (effect) => signed(effect.gamma * spot * 0.01, 3) },
    { name: 'Vega per point', write: (effect) => signed(effect.vega) },
    {
      name: 'Nearest liquidation',
      write: ({ liquidationDistance }) => (liquidationDistance === null ? 'none' : percent(liquidationDistance, 1)),
    },
  ];
}

export interface EffectsProps {
  readonly proposal: HedgeProposal;
  readonly chosen: number | null;
  readonly spot: number;
}

/** The book before and after the chosen route, and what doing nothing risks. */
export function Effects({ proposal, chosen, spot }: EffectsProps) {
  const after = effectOf(proposal, chosen);
  const { dailySigmaUsd, afterSigmaUsd } = proposal.doNothing;
  return (
    <table className={style.effects}>
      <caption className="visually-hidden">The book before and after the hedge</caption>
      <thead>
        <tr>
          <th scope="col">book</th>
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        {lines(proposal.underlying, spot).map(({ name, write }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td data-figure="">{write(proposal.before)}</td>
            <td data-figure="">
              <strong>{write(after)}</strong>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">1 σ of a day, USD</th>
          <td data-figure="">
            <span className="visually-hidden">doing nothing </span>±{plain(dailySigmaUsd)}
          </td>
          <td data-figure="">
            <strong>±{plain(afterSigmaUsd)}</strong>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
