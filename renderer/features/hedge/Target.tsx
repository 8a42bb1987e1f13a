import { plain, signed } from '#renderer/format/number.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { HedgeProposal } from '#shared/control/proposal.ts';
import style from './HedgePanel.module.css';
import { outsideBy } from './routes.ts';

/** Delta now → wanted, the band and whether the delta is inside it. */
export function Target({ proposal }: { readonly proposal: HedgeProposal }) {
  const outside = outsideBy(proposal);
  return (
    <div className={style.target}>
      <p className={style.headline}>
        <span className={style.symbol}>Δ</span>
        <span data-figure="">{signed(proposal.current, 3)}</span>
        <span className={style.arrow} aria-hidden="true">
          →
        </span>
        <span className="visually-hidden">to</span>
        <strong>{signed(proposal.target, 2) || '0'}</strong>
        <span className={style.unit}>
          {proposal.underlying} ± {plain(proposal.band, 3)}
        </span>
      </p>
      <p className={style.band}>
        <SeverityMark severity={proposal.insideBand ? 'ok' : 'watch'}>
          {proposal.insideBand ? 'inside the band' : `outside by ${signed(outside, 3)}`}
        </SeverityMark>
        <span>band: {proposal.bandRule}</span>
      </p>
    </div>
  );
}
