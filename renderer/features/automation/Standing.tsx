import { plain } from '#renderer/format/number.ts';
import { call } from '#renderer/state/bridge.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault } from '#renderer/ui/toasts.ts';
import type { AutomationView } from '#shared/domain/automation.ts';
import { ACT_SEVERITIES } from './levels.ts';
import style from './Standing.module.css';

/** What a rule does now and why, and what it has used up. */
export function Standing({ view: { rule, use, act, why, offered } }: { readonly view: AutomationView }) {
  const { budget } = rule;
  return (
    <>
      <SeverityMark severity={ACT_SEVERITIES[act]}>{act === 'wait' ? why : `${act}: ${why}`}</SeverityMark>
      {offered === undefined ? null : (
        <Button
          onClick={async (event) => {
            const { controller, underlying } = rule;
            const gesture = pointerGesture(event, `take step ${controller}`);
            const answer = await call('transfer.send', { step: { controller, underlying }, gesture });
            if (!answer.ok) showFault('The step was not taken', answer.error);
          }}
        >
          Send: {offered.preview.step.action} at {offered.preview.step.venue}
        </Button>
      )}
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
