import { plain } from '#renderer/format/number.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { TicketPreview } from '#shared/ipc/contract.ts';
import type { StagedOrders } from '#shared/ipc/frames.ts';
import { StagedBox } from './StagedBox.tsx';
import style from './TicketPanel.module.css';

export interface TicketFootProps {
  readonly staged: StagedOrders | null;
  readonly ready: boolean;
  readonly preview: TicketPreview | null;
}

/** Stage, then what is staged and the commit. Always in view. */
export function TicketFoot({ staged, ready, preview }: TicketFootProps) {
  return (
    <footer className={style.foot}>
      {staged === null ? (
        <>
          {ready && preview !== null ? (
            <p className={style.sum}>
              <SeverityMark severity={preview.passed ? 'ok' : 'critical'}>
                {preview.passed ? 'checks pass' : 'checks fail'}
              </SeverityMark>
              <span>fee {plain(preview.feeUsd, 2)} USD</span>
            </p>
          ) : null}
          <Button
            look="primary"
            command="order.stage"
            wide
            disabled={!ready}
            onClick={(event) => runCommand('order.stage', pointerGesture(event, 'stage ticket button'))}
          >
            Stage
          </Button>
        </>
      ) : (
        <StagedBox staged={staged} />
      )}
    </footer>
  );
}
