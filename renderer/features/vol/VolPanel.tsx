import { useMemo, useState } from 'react';
import { SmilePlot } from '#renderer/charts/SmilePlot.tsx';
import { Readout, Switch } from '#renderer/charts/ToolBar.tsx';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { percent, plain } from '#renderer/format/number.ts';
import { expiryDay } from '#renderer/format/time.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import type { PanelState } from '#renderer/ui/panel-state.ts';
import type { Payoff } from '#shared/domain/instrument.ts';
import type { VolSmile, VolSurface } from '#shared/ipc/vol.ts';
import type { Fault } from '#shared/units/result.ts';
import { heldText, quoteText, smileSentence } from './smile-words.ts';
import { TermTable } from './TermTable.tsx';
import { useVolSurface } from './useVolSurface.ts';
import style from './VolPanel.module.css';

const PANEL = 'vol';

function stateOf(risk: PanelState, surface: VolSurface | null, fault: Fault | null): PanelState {
  if (surface !== null || (risk.kind !== 'ready' && risk.kind !== 'stale')) return risk;
  if (fault?.code === 'no-smile') return { kind: 'empty', sentence: `No smile: ${fault.message}.` };
  if (fault === null) return { kind: 'loading', what: 'Fitting the smiles' };
  return {
    kind: 'error',
    what: `The surface could not be fitted: ${fault.message}`,
    since: null,
    stillWorks: 'Positions and risk use the venue’s own mark vols.',
    retry: null,
    details: `${fault.code}: ${fault.message}`,
  };
}

/** The volatility surface of the options quoted now: one smile, and the term structure of all. */
export function VolPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const { risk, state, freshness } = useRiskState('The surface');
  const [payoff, setPayoff] = useState<Payoff>('inverse');
  const [table, setTable] = useState(false);
  const [expiry, setExpiry] = useState(0);
  useCommand('panel.table', () => setTable((now) => !now), PANEL);
  useKeptFocus(PANEL, String(table));
  const { surface, fault } = useVolSurface(underlying, payoff, risk?.seq ?? null);
  const at = Math.min(expiry, (surface?.smiles.length ?? 1) - 1);
  const smile = surface?.smiles[at] ?? null;
  return (
    <Panel
      id={PANEL}
      title={`Volatility · ${underlying}`}
      scope={smile === null ? undefined : `SVI, ${expiryDay(smile.expiry)}`}
      currency={payoff === 'inverse' ? underlying : 'USDC'}
      freshness={freshness}
      actions={
        <>
          <Switch pressed={payoff === 'linear'} onChange={(pressed) => setPayoff(pressed ? 'linear' : 'inverse')}>
            Dollar-settled
          </Switch>
          <Switch pressed={table} onChange={setTable} command="panel.table">
            Table
          </Switch>
        </>
      }
      state={stateOf(state, surface, fault)}
    >
      {surface === null || smile === null ? null : (
        <Body surface={surface} smile={smile} at={at} table={table} onExpiry={setExpiry} />
      )}
    </Panel>
  );
}

interface BodyProps {
  readonly surface: VolSurface;
  readonly smile: VolSmile;
  readonly at: number;
  readonly table: boolean;
  readonly onExpiry: (at: number) => void;
}

function nearest(smile: VolSmile): number {
  const distances = smile.quotes.map(({ strike }) => Math.abs(strike - smile.forward));
  return Math.max(distances.indexOf(Math.min(...distances)), 0);
}

function Body({ surface, smile, at, table, onExpiry }: BodyProps) {
  const [place, setPlace] = useState<number | null>(null);
  const figure = useMemo(() => ({ forward: smile.forward, curve: smile.curve, marks: smile.quotes }), [smile]);
  const index = Math.min(place ?? nearest(smile), smile.quotes.length - 1);
  const last = surface.smiles.length - 1;
  if (table) return <TermTable surface={surface} at={at} onExpiry={onExpiry} />;
  return (
    <>
      <Readout label="Smile at the cursor" figures={figuresAt(smile, index)} />
      <SmilePlot
        label={`Smile of ${surface.underlying} at ${expiryDay(smile.expiry)}, vol over strike`}
        figure={figure}
        index={index}
        speech={smileSentence(smile, index)}
        onIndex={setPlace}
        onExpiry={(step) => onExpiry(Math.min(Math.max(at + step, 0), last))}
      />
      <TermTable surface={surface} at={at} onExpiry={onExpiry} />
      <p className={style.note}>
        whiskers: bid to ask · line: fit · diamonds: held, open where short
        {surface.leftOut.map(({ reason, count }) => ` · ${count} left out: ${reason}`)}
      </p>
    </>
  );
}

function figuresAt(smile: VolSmile, index: number) {
  const quote = smile.quotes[index];
  if (quote === undefined) return [];
  const figures = [
    ['strike', `${plain(quote.strike)} ${quote.right === 'call' ? 'C' : 'P'}`],
    ['bid / ask', quoteText(quote)],
    ['fit', percent(quote.fittedVol, 1)],
    ['held', heldText(quote.held)],
  ] as const;
  return figures.map(([name, value]) => ({ key: name, name, value }));
}
