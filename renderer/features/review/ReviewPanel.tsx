import { useEffect, useMemo, useState } from 'react';
import { utcStamp } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { Panel } from '#renderer/ui/Panel.tsx';
import { PanelBody } from '#renderer/ui/PanelBody.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { ReviewRun } from '#shared/ipc/review.ts';
import { lanesOf, lineAt, stepLine } from './lanes.ts';
import { ReviewBar } from './ReviewBar.tsx';
import { ReviewExplain } from './ReviewExplain.tsx';
import { ReviewLog } from './ReviewLog.tsx';
import style from './ReviewPanel.module.css';
import { type Interval, Timeline } from './Timeline.tsx';
import { type Reviews, useReviews } from './useReviews.ts';

const PANEL = 'review';
/** A run plays through in about this long, whatever its length. */
const PLAY_MS = 40_000;
const FRAME_MS = 50;

function stateOf({ choices, main, runDemo, running }: Reviews): PanelState {
  if (main.fault !== null) {
    const { message } = main.fault;
    return { kind: 'error', what: message, since: null, stillWorks: 'Every other run can be opened.', retry: null, details: message }; // biome-ignore format: one glance
  }
  if (running) return { kind: 'loading', what: 'Running the demo backtest' };
  if (choices === null) return { kind: 'loading', what: 'Looking for runs' };
  if (main.id === null) {
    const sentence =
      choices.length === 0 ? 'There is no run and no recorded session yet.' : 'Choose a run or a session above.';
    return { kind: 'empty', sentence, action: { label: 'Run the demo backtest', run: runDemo } };
  }
  return main.run === null ? { kind: 'loading', what: 'Reading the run' } : READY;
}

/** The cursor of a run: where it stands, and how it moves by itself. */
function useCursor(run: ReviewRun | null) {
  const [time, setTime] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [from, to] = [run?.samples.at[0] ?? 0, run?.samples.at.at(-1) ?? 0];
  useEffect(() => {
    setTime(from);
    setPlaying(false);
  }, [from]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setTime((now) => Math.min(now + ((to - from) * FRAME_MS) / PLAY_MS, to)), FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, from, to]);
  useEffect(() => {
    if (time >= to) setPlaying(false);
  }, [time, to]);
  const go = (wanted: number): void => setTime(Math.min(Math.max(wanted, from), to));
  const toggle = (): void => {
    if (time >= to) setTime(from);
    setPlaying((now) => !now);
  };
  return { time: Math.min(Math.max(time, from), to), playing, go, toggle };
}

/** What P&L is explained over: at first the whole run. */
function useInterval(run: ReviewRun | null, time: number) {
  const [from, to] = [run?.samples.at[0] ?? 0, run?.samples.at.at(-1) ?? 0];
  const [interval, setInterval] = useState<Interval>({ from, to });
  useEffect(() => setInterval({ from, to }), [from, to]);
  return {
    interval,
    mark: setInterval,
    // An end before the start begins anew from there.
    begin: () => setInterval((now) => ({ from: time, to: now.to > time ? now.to : to })),
    end: () => setInterval((now) => ({ from: now.from < time ? now.from : from, to: time })),
    whole: () => setInterval({ from, to }),
  };
}

async function exportRun(id: string, as: 'page' | 'picture', { from, to }: Interval): Promise<void> {
  const answer = await call('review.export', { run: id, as, from, to });
  if (answer.ok) showToast('ok', 'Review exported', answer.value.file);
  else showFault('The review was not exported', answer.error);
}

/** A backtest or a recorded session, looked at minute by minute: price, P&L, drawdown, Greeks, margin and log together. */
export function ReviewPanel() {
  const reviews = useReviews();
  const { choices, main, other, open, compare } = reviews;
  const { run } = main;
  const { time, playing, go, toggle } = useCursor(run);
  const { interval, mark, begin, end, whole } = useInterval(run, time);
  const lanes = useMemo(() => (run === null ? [] : lanesOf(run, other.run)), [run, other.run]);
  const log = run?.log ?? [];
  const [picked, setPicked] = useState<number | null>(null);
  // Several lines may share a time: the one that was stepped to stays the current one while the cursor is there.
  const line = picked !== null && log[picked]?.at === time ? picked : lineAt(log, time);

  const goToLine = (next: number | null): void => {
    const found = next === null ? undefined : log[next];
    if (found === undefined) return;
    setPicked(next);
    go(found.at);
  };
  const worst = (): void => {
    if (run !== null) go(run.summary.worstAt);
  };
  const exportAs = (as: 'page' | 'picture') => (): void => {
    if (run !== null) void exportRun(run.id, as, interval);
  };
  useCommand('review.play', () => pressOr(toggle), PANEL);
  useCommand('review.worst', worst, PANEL);
  useCommand('review.export', exportAs('page'), PANEL);
  useCommand('review.picture', exportAs('picture'), PANEL);
  useCommand('review.begin', begin, PANEL);
  useCommand('review.end', end, PANEL);
  useCommand('review.whole', whole, PANEL);
  const compared = other.fault === null ? null : <p className={style.none}>Not compared: {other.fault.message}</p>;
  return (
    <Panel
      id={PANEL}
      title="Review"
      scope={run === null ? 'backtests and recorded sessions' : run.title}
      remark={run === null ? null : utcStamp(time)}
    >
      <ReviewBar
        choices={choices ?? []}
        run={main.id}
        other={other.id}
        playing={playing}
        idle={run === null}
        onOpen={open}
        onCompare={compare}
        onPlay={toggle}
        onWorst={worst}
        onBegin={begin}
        onEnd={end}
        onExport={exportAs('page')}
        onPicture={exportAs('picture')}
      />
      {compared}
      <PanelBody title="Review" state={stateOf(reviews)}>
        {run === null ? null : (
          <div className={style.body}>
            <Timeline
              run={run}
              lanes={lanes}
              time={time}
              interval={interval}
              onTime={go}
              onInterval={mark}
              onStep={(step, tradesOnly) => goToLine(stepLine(log, line, step, tradesOnly))}
            />
            <div className={style.side}>
              <ReviewLog log={log} line={line} onLine={goToLine} />
              <ReviewExplain run={run} other={other.run} interval={interval} />
              <Facts run={run} other={other.run} />
            </div>
          </div>
        )}
      </PanelBody>
    </Panel>
  );
}

/** Space on a button presses the button. */
function pressOr(act: () => void): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLButtonElement) focused.click();
  else act();
}

function Facts({ run, other }: { readonly run: ReviewRun; readonly other: ReviewRun | null }) {
  const theirs = new Map(other?.facts.map(({ name, value }) => [name, value]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={style.facts} aria-label="Figures and parameters" tabIndex={0}>
      <table>
        <tbody>
          {run.facts.map(({ name, value }) => (
            <tr key={`${name} ${value}`}>
              <th scope="row">{name}</th>
              <td>{value}</td>
              {other === null ? null : <td className={style.other}>{theirs.get(name) ?? ''}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
