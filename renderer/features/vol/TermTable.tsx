import { DASH, percent, plain } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { VolSmile, VolSurface } from '#shared/ipc/vol.ts';
import style from './VolPanel.module.css';

const HEADINGS = ['expiry', 'forward', 'ATM', '25Δ RR', '25Δ fly', 'inside', 'quotes allow'] as const;

function Flags({ smile }: { readonly smile: VolSmile }) {
  if (smile.arbitrage.length === 0) return <>{DASH}</>;
  return <SeverityMark severity="watch">{smile.arbitrage.join(', ')}</SeverityMark>;
}

export interface TermTableProps {
  readonly surface: VolSurface;
  /** The expiry whose smile is shown. */
  readonly at: number;
  readonly onExpiry: (at: number) => void;
}

/** The term structure: a row per expiry, which also chooses the smile. */
export function TermTable({ surface, at, onExpiry }: TermTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.term} aria-label="Term structure" tabIndex={0} data-panel-focus="">
      <table>
        <caption className="visually-hidden">Term structure of {surface.underlying}, vols in percent</caption>
        <thead>
          <tr>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {surface.smiles.map((smile, index) => (
            <tr key={smile.expiry} className={classNames(index === at && style.chosen)}>
              <th scope="row">
                <button type="button" aria-pressed={index === at} onClick={() => onExpiry(index)}>
                  {expiryDay(smile.expiry)}
                </button>
              </th>
              <td data-figure="">{plain(smile.forward)}</td>
              <td data-figure="">{percent(smile.atm, 1)}</td>
              <td data-figure="">{percent(smile.riskReversal, 1, 'signed')}</td>
              <td data-figure="">{percent(smile.butterfly, 1, 'signed')}</td>
              <td data-figure="">
                {smile.inside} of {smile.twoSided}
              </td>
              <td>
                <Flags smile={smile} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
