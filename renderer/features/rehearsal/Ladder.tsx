import { percent, plain, signed } from '#renderer/format/number.ts';
import { type Severity, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { ProposedAction, ProtectionProposal } from '#shared/control/deleverager.ts';
import style from './RehearsalPanel.module.css';

const SEVERITIES: Readonly<Record<ProtectionProposal['rung'], Severity>> = {
  alert: 'watch',
  'top-up': 'watch',
  reduce: 'critical',
  close: 'critical',
  divest: 'critical',
};

/** The ladder's proposals: for each endangered pool the ways back, the one it would take, and what the venue would take. */
export function Ladder({ proposals }: { readonly proposals: readonly ProtectionProposal[] }) {
  return (
    <section className={style.part} aria-label="Ladder">
      <h2>Deleverage ladder</h2>
      {proposals.length === 0 ? <p className={style.quiet}>No pool stands on a rung: nothing would be done.</p> : null}
      {proposals.map((one) => (
        <Proposal key={one.pool} proposal={one} />
      ))}
    </section>
  );
}

function Proposal({ proposal }: { readonly proposal: ProtectionProposal }) {
  const { pool, rung, ratio, actions, chosen, byItself, reasons } = proposal;
  return (
    <div className={style.part}>
      <SeverityMark severity={SEVERITIES[rung]}>
        {pool.replace('|', ' ')} on rung {rung}: maintenance is {percent(ratio, 0)} of equity
      </SeverityMark>
      <table className={style.table}>
        <caption className="visually-hidden">Ways back for {pool}, USD</caption>
        <thead>
          <tr>
            {['way', 'moved or closed', 'cost', 'ratio after', 'worst loss', 'enough', 'goes'].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {actions.map((action, at) => (
            <tr key={action.kind} data-chosen={at === chosen || undefined}>
              <th scope="row">{action.kind}</th>
              <td data-figure="">{plain(action.notionalUsd)}</td>
              <td data-figure="">{plain(action.costUsd)}</td>
              <td data-figure="">{percent(action.ratioAfter, 0)}</td>
              <td data-figure="">{signed(action.riskChangeUsd)}</td>
              <td>{enoughText(action)}</td>
              <td>{at === byItself ? 'by itself' : at === chosen ? 'if you say so' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={style.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}

function enoughText({ enough, stoppedBy }: ProposedAction): string {
  if (enough) return 'yes';
  return stoppedBy === null ? 'no' : `no: ${stoppedBy}`;
}
