import { type FormEvent, type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { Choice, Stepper, ToolBar } from '#renderer/charts/ToolBar.tsx';
import { counted, venueName } from '#renderer/format/names.ts';
import { decimalsFor, plain } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { type Gesture, keyGesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand, useCommand } from '#renderer/state/commands/registry.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault } from '#renderer/ui/toasts.ts';
import { figure } from '#shared/control/ticket/figure.ts';
import { BOOK_KINDS, type BookKind, type BookSourceLine, type CrossBookView } from '#shared/ipc/venues.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './Book.module.css';
import { onBook, useBookAsked, useCrossBook } from './book-store.ts';
import { Cost } from './Cost.tsx';
import { LADDER_COLUMNS, type LadderRow } from './columns.tsx';
import { DepthPicture } from './DepthPicture.tsx';
import { acrossLine, touchText } from './ladder.ts';

const PANEL = 'book';
const LEVELS = 60;
const STEPS = [0, 0.5, 1, 5, 10, 25, 50, 100] as const;
const ROWS: readonly LadderRow[] = Array.from({ length: LEVELS }, (_, place) => ({ place }));
const NONE: ReadonlySet<string> = new Set();
const NO_SOURCES: readonly BookSourceLine[] = [];
const keyOf = ({ place }: LadderRow): string => String(place);
const KIND_WORDS: Readonly<Record<BookKind, string>> = {
  all: 'perpetuals, futures, spot',
  perpetual: 'perpetuals',
  spot: 'spot',
};

function stateOf(view: CrossBookView | null, fault: Fault | null): PanelState {
  if (view !== null) return READY;
  if (fault !== null) {
    return {
      kind: 'error',
      what: `The book could not be put together: ${fault.message}`,
      since: null,
      stillWorks: 'Each venue still trades; it is asked again every second.',
      retry: null,
      details: JSON.stringify(fault, null, 2),
    };
  }
  return { kind: 'loading', what: 'Asking the venues for their depth' };
}

/** Sources that are stale or left out, each with the reason. */
function Amiss({ sources }: { readonly sources: readonly BookSourceLine[] }) {
  const amiss = sources.filter((one) => one.state !== 'live');
  if (amiss.length === 0) return null;
  return (
    <ul className={style.amiss} aria-label="Stale or left out">
      {amiss.map(({ instrument, venue, name, state, why, ageMs }) => (
        <li key={instrument}>
          <SeverityMark severity="watch">
            {venueName(venue)} {name} {state === 'out' ? 'left out' : `stale ${age(ageMs ?? Number.NaN)}`}: {why}
          </SeverityMark>
        </li>
      ))}
    </ul>
  );
}

function Nothing({ shown, of }: { readonly shown: boolean; readonly of: string }) {
  return shown ? <p className={style.cost}>No venue shows depth of {of}.</p> : null;
}

/** Everything that can be traded in one coin, at all venues, as one book; a size typed into it becomes one ticket. */
export function BookPanel() {
  const underlying = useWorkbench((bench) => bench.underlying);
  const coins = useTerminalAt((terminal) => Object.keys(terminal.risk?.spot ?? {}).join(' '), 1_000);
  const [kind, setKind] = useState<BookKind>('perpetual');
  const [step, setStep] = useState(0);
  const [side, setSide] = useState<'buy' | 'sell'>('buy');
  const [size, setSize] = useState('');
  const field = useRef<HTMLFormElement>(null);
  const typed = figure(size.trim());
  const wanted = typed === null ? null : Number(typed);
  const want = useMemo(() => (wanted === null ? null : { side, coins: wanted }), [side, wanted]);
  useBookAsked({ underlying, kind, levels: LEVELS, step: STEPS[step] ?? 0, want });
  const view = useCrossBook((book) => (book.view?.underlying === underlying ? book.view : null));
  const fault = useCrossBook((book) => book.fault);
  const ladder = useCrossBook((book) => book.ladder);
  const rows = ROWS.slice(0, Math.max(ladder.bids.length, ladder.asks.length));

  const typeSize = (next: 'buy' | 'sell'): void => {
    setSide(next);
    const input = field.current?.querySelector('input');
    input?.focus();
    input?.select();
  };
  const nextKind = (): void => setKind(BOOK_KINDS[(BOOK_KINDS.indexOf(kind) + 1) % BOOK_KINDS.length] ?? 'all');
  const stepBy = (by: 1 | -1): void => setStep(Math.min(Math.max(step + by, 0), STEPS.length - 1));
  useCommand('book.buy', () => typeSize('buy'), PANEL);
  useCommand('book.sell', () => typeSize('sell'), PANEL);
  useCommand('book.kind', nextKind, PANEL);
  useCommand('book.coarser', () => stepBy(1), PANEL);
  useCommand('book.finer', () => stepBy(-1), PANEL);

  const stage = async (gesture: Gesture): Promise<void> => {
    if (typed === null) return;
    const line = acrossLine(side, typed, underlying, kind);
    useWorkbench.setState({ ticketLine: line });
    const answer = await call('ticket.stage', { line, gesture });
    if (answer.ok) runCommand('go.ticket', gesture);
    else showFault('The size was not staged', answer.error);
  };
  const onKey = (event: KeyboardEvent<HTMLFormElement>): void => {
    if (event.key !== 'Enter' || event.ctrlKey || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void stage(keyGesture(event.nativeEvent, 'Enter'));
  };
  /** A level's own size and everything better than it. */
  const takeLevel = ({ place }: LadderRow): void => {
    const level = (side === 'buy' ? ladder.asks : ladder.bids)[place];
    if (level === undefined) return;
    setSize(level.cumulative.toFixed(decimalsFor(level.cumulative, 4)));
    field.current?.querySelector('input')?.focus();
  };

  return (
    <Panel
      id={PANEL}
      title="Book"
      scope={underlying}
      currency="USD per coin"
      state={stateOf(view, fault)}
      remark={<span>{view === null ? '' : touchText(ladder)}</span>}
    >
      <ToolBar label="What is in the book">
        {coins.includes(' ') ? (
          <Choice
            label="Coin"
            value={underlying}
            options={coins.split(' ').map((value) => ({ value, text: value }))}
            onChange={(next) => useWorkbench.setState({ underlying: next })}
          />
        ) : null}
        <Button look="quiet" command="book.kind" onClick={nextKind}>
          {KIND_WORDS[kind]}
        </Button>
        <Stepper
          label="step"
          value={STEPS[step] === 0 ? 'every price' : `${plain(STEPS[step] ?? 0, 1)} USD`}
          less={{ command: 'book.finer', run: () => stepBy(-1), disabled: step === 0 }}
          more={{ command: 'book.coarser', run: () => stepBy(1), disabled: step === STEPS.length - 1 }}
        />
        <span className={style.sources}>{counted(view?.sources.length ?? 0, 'source')}</span>
      </ToolBar>
      <form
        ref={field}
        className={style.want}
        aria-label="Trade a size over all venues"
        onKeyDown={onKey}
        onSubmit={(event: FormEvent) => event.preventDefault()}
      >
        <div className={style.size}>
          <Field
            label={side === 'buy' ? 'Buy' : 'Sell'}
            unit={underlying}
            value={size}
            onChange={setSize}
            inputMode="decimal"
            placeholder="size"
            error={size.trim() !== '' && typed === null ? 'expected a size above 0, such as 2.5' : null}
          />
        </div>
        <Button
          command="book.buy"
          aria-pressed={side === 'buy'}
          look={side === 'buy' ? 'buy' : 'outline'}
          onClick={() => typeSize('buy')}
        >
          Buy
        </Button>
        <Button
          command="book.sell"
          aria-pressed={side === 'sell'}
          look={side === 'sell' ? 'sell' : 'outline'}
          onClick={() => typeSize('sell')}
        >
          Sell
        </Button>
        <Button
          keys="Enter"
          disabled={typed === null}
          onClick={(event) => void stage(pointerGesture(event, 'stage across venues'))}
        >
          Stage over venues
        </Button>
      </form>
      <Cost view={view} side={side} wanted={wanted} />
      <DepthPicture wanted={wanted} />
      <Amiss sources={view?.sources ?? NO_SOURCES} />
      <Nothing shown={view !== null && rows.length === 0} of={`${underlying} in ${KIND_WORDS[kind]}`} />
      <StreamGrid
        panel={PANEL}
        label="Book over all venues"
        rows={rows}
        keyOf={keyOf}
        columns={LADDER_COLUMNS}
        searchText={keyOf}
        subscribe={onBook}
        selection={NONE}
        onSelection={() => undefined}
        onActivate={takeLevel}
      />
    </Panel>
  );
}
