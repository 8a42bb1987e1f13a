import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import type { TicketLeg } from '#shared/ipc/contract.ts';
import { Examples } from './Examples.tsx';
import { cycleAt, stepAt, toMarket } from './edits.ts';
import { lineKey } from './keys.ts';
import { LineEditor } from './LineEditor.tsx';
import { type EditedLine, legAt, legSpans } from './line.ts';
import { recallLine, rememberLine } from './line-store.ts';
import { OutcomeBox } from './OutcomeBox.tsx';
import { useStaged } from './StagedBox.tsx';
import { TicketBody } from './TicketBody.tsx';
import { TicketFoot } from './TicketFoot.tsx';
import style from './TicketPanel.module.css';
import { usePreview } from './usePreview.ts';

const PANEL = 'ticket';

function ticketState(risk: PanelState, typed: boolean): PanelState {
  // The line can be typed and is understood before the first report is there; only staleness matters to it.
  return risk.kind === 'stale' || (risk.kind === 'empty' && !typed) ? risk : READY;
}

const NO_LEGS: readonly TicketLeg[] = [];

/** One line of text is the ticket; everything below it is what main makes of it. */
export function TicketPanel() {
  const line = useWorkbench((bench) => bench.ticketLine);
  const underlying = useWorkbench((bench) => bench.underlying);
  const { risk, state, freshness } = useRiskState('The preview');
  const { line: previewedLine, preview, fault } = usePreview(line, risk?.seq ?? null);
  const staged = useStaged('ticket', 'close');
  const stagedFromLine = staged?.origin === 'ticket' ? staged.id : null;
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const [leg, setLeg] = useState(0);
  const fresh = previewedLine === line;
  const legs = preview?.legs ?? NO_LEGS;

  const setLine = (next: string): void => {
    useWorkbench.setState({ ticketLine: next });
  };
  const apply = (edited: EditedLine | null): boolean => {
    if (edited === null) return false;
    caret.current = edited.caret;
    setLine(edited.line);
    return true;
  };
  const caretNow = (): number => field.current?.selectionStart ?? line.length;
  const onLeg = (index: number, what: 'join' | 'mid' | 'unit'): void => {
    const target = legs[index];
    if (target?.routed) return;
    const span = target && legSpans(line)[target.part];
    if (span && target) apply(what === 'unit' ? cycleAt(line, span, target) : toMarket(line, span, target, what));
  };
  const onCurrent = (what: 'join' | 'mid' | 'unit'): void => {
    const part = legAt(line, caretNow())?.index ?? 0;
    onLeg(
      legs.findIndex((one) => one.part === part),
      what,
    );
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const key = lineKey(event.nativeEvent);
    if (key === null) return false;
    if (key.does === 'step') apply(stepAt(line, caretNow(), legs, key.steps));
    else if (key.does === 'unit') onCurrent('unit');
    else if (key.does === 'recall') {
      const recalled = recallLine(line, key.by);
      if (recalled !== null) apply({ line: recalled, caret: recalled.length });
    }
    return true;
  };

  useCommand('ticket.join', () => onCurrent('join'), PANEL);
  useCommand('ticket.mid', () => onCurrent('mid'), PANEL);
  useEffect(() => {
    if (stagedFromLine !== null) rememberLine(useWorkbench.getState().ticketLine);
  }, [stagedFromLine]);

  const empty = line.trim() === '';
  return (
    <Panel
      id={PANEL}
      title="Ticket"
      scope={legs.length > 1 && !empty ? `${legs.length} legs` : undefined}
      currency="USD"
      freshness={empty ? null : freshness}
      state={ticketState(state, !empty)}
    >
      <div className={style.scroll}>
        <LineEditor
          line={line}
          problems={fresh ? (preview?.problems ?? []) : []}
          onLine={setLine}
          onKey={onKey}
          onCaret={(at) => setLeg(legAt(line, at)?.index ?? 0)}
          field={field}
          caret={caret}
        />
        {empty ? null : <OutcomeBox line={line} />}
        {empty ? (
          <Examples
            onPick={(example) => {
              setLine(example);
              field.current?.focus();
            }}
          />
        ) : (
          <TicketBody
            line={line}
            preview={preview}
            fault={fault}
            pending={!fresh}
            current={leg}
            underlying={underlying}
            spot={risk?.spot[underlying] ?? Number.NaN}
            onLeg={onLeg}
          />
        )}
      </div>
      <TicketFoot
        staged={staged}
        ready={!empty && fresh && preview !== null && preview.legs.length > 0}
        preview={preview}
      />
    </Panel>
  );
}
