import { plain } from '#renderer/format/number.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { AutomationView } from '#shared/domain/automation.ts';
import { ACT_SEVERITIES } from './levels.ts';
import style from './Standing.module.css';

/** What a rule does now and why, and what it has used up. */
export function Standing({ view: { rule, use, act, why } }: { readonly view: AutomationView }) {
  const { budget } = rule;
  return (
    <>
      <SeverityMark severity={ACT_SEVERITIES[act]}>{act === 'wait' ? why : `${act}: ${why}`}</SeverityMark>
      {rule.level !== 'automatic' && use.orders === 0 ? null : (
        <p className={style.use}>
          {use.orders} of {budget.orders} orders · {plain(use.notionalUsd)} of {plain(budget.notionalUsd)} USD · loss{' '}
          {plain(use.lossUsd)} of {plain(budget.lossUsd)}
          {use.gasUsd === undefined ? null : ` · gas ${plain(use.gasUsd)} of ${plain(budget.gasUsd)}`}
        </p>
      )}
    </>
  );
}
