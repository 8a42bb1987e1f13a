import { type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';
import { age } from '#renderer/format/time.ts';
import style from './Panel.module.css';
import { PanelBody } from './PanelBody.tsx';
import { InTabset, type SlotPart, slotKey, usePanelSlots } from './panel-slots.tsx';
import { type Freshness, type PanelState, READY } from './panel-state.ts';
import { SeverityMark } from './SeverityMark.tsx';

export interface PanelProps {
  /** "positions", "risk", "hedge" …: the scope its single-letter keys belong to, and the target of "go to". */
  readonly id: string;
  /** What it shows. */
  readonly title: string;
  /** Of what: "spot × vol · T+0". */
  readonly scope?: ReactNode;
  /** Currency of its money: "USD". */
  readonly currency?: string;
  readonly freshness?: Freshness | null;
  /** Right-hand remark: "23 of 23 · 1 stale". */
  readonly remark?: ReactNode;
  /** Buttons at the right end of the header. */
  readonly actions?: ReactNode;
  readonly state?: PanelState;
  readonly children?: ReactNode;
}

function FreshnessChip({ freshness }: { readonly freshness: Freshness }) {
  if (freshness.stale) return <SeverityMark severity="watch">stale {age(freshness.ageMs)}</SeverityMark>;
  return <span title="Age of the oldest input">{age(freshness.ageMs)}</span>;
}

function Slot({ panel, part, children }: { panel: string; part: SlotPart; children: ReactNode }) {
  const element = usePanelSlots((slots) => slots.elements.get(slotKey(panel, part)));
  return element === undefined ? null : createPortal(children, element);
}

/**
 * Chrome common to all panels: title = what + scope + currency, freshness, actions, and the empty, loading, stale and
 * error states. Inside a docked tab the header goes into the tab strip.
 */
export function Panel(props: PanelProps) {
  const { id, title, scope, currency, freshness, remark, actions, state = READY, children } = props;
  const docked = useContext(InTabset);
  const lead = (
    <span className={style.lead}>
      <span className={style.scope}>
        {scope}
        {scope && currency ? ' · ' : ''}
        {currency}
      </span>
    </span>
  );
  const tail = (
    <span className={style.tail}>
      {remark}
      {freshness ? <FreshnessChip freshness={freshness} /> : null}
      {actions}
    </span>
  );
  return (
    <section className={style.panel} data-panel={id} aria-label={title} tabIndex={-1}>
      {docked ? (
        <>
          <Slot panel={id} part="lead">
            {lead}
          </Slot>
          <Slot panel={id} part="tail">
            {tail}
          </Slot>
        </>
      ) : (
        <header className={style.header}>
          <h2 className={style.title}>{title}</h2>
          {lead}
          {tail}
        </header>
      )}
      <PanelBody title={title} state={state}>
        {children}
      </PanelBody>
    </section>
  );
}
