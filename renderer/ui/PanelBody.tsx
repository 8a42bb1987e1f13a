import { type ReactNode, useEffect, useState } from 'react';
import { age, utcStamp } from '#renderer/format/time.ts';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import { copyText } from './clipboard.ts';
import style from './Panel.module.css';
import type { PanelState } from './panel-state.ts';
import { SeverityMark } from './SeverityMark.tsx';

/** Nothing is said about waiting before this, ms: most answers come sooner. */
const QUIET_WAIT_MS = 300;

function Waiting({ what }: { readonly what: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), QUIET_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className={style.waiting} role="status">
      {late ? what : ''}
    </p>
  );
}

function Failed({ state }: { readonly state: Extract<PanelState, { kind: 'error' }> }) {
  const { what, since, stillWorks, retry, details } = state;
  return (
    <div className={style['stand-in']} role="alert">
      <p className={style.what}>
        <SeverityMark severity="critical">{what}</SeverityMark>
      </p>
      {since === null ? null : <p>Since {utcStamp(since)}.</p>}
      {stillWorks === null ? null : <p>{stillWorks}</p>}
      <div className={style.actions}>
        {retry === null ? null : <Button onClick={retry}>Retry</Button>}
        {details === null ? null : <Button onClick={() => copyText(details)}>Copy details</Button>}
      </div>
    </div>
  );
}

function Empty({ state }: { readonly state: Extract<PanelState, { kind: 'empty' }> }) {
  return (
    <div className={style['stand-in']}>
      <p>{state.sentence}</p>
      {state.action === undefined ? null : (
        <Button onClick={state.action.run} command={state.action.command}>
          {state.action.label}
        </Button>
      )}
    </div>
  );
}

export interface PanelBodyProps {
  readonly title: string;
  readonly state: PanelState;
  readonly children: ReactNode;
}

export function PanelBody({ title, state, children }: PanelBodyProps) {
  if (state.kind === 'error') return <Failed state={state} />;
  if (state.kind === 'empty') return <Empty state={state} />;
  if (state.kind === 'loading') {
    return (
      <div className={style.body} aria-busy="true">
        {children}
        <Waiting what={state.what || `Loading ${title}`} />
      </div>
    );
  }
  const stale = state.kind === 'stale';
  return (
    <div className={classNames(style.body, stale && style.stale)} data-stale={stale || undefined}>
      {stale ? (
        <p className={style.strip}>
          <SeverityMark severity="watch">stale {age(state.ageMs)}</SeverityMark>
          <span>{state.why}</span>
        </p>
      ) : null}
      {children}
    </div>
  );
}
