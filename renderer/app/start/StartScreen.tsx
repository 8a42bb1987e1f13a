import { useCallback, useEffect, useRef, useState } from 'react';
import { SPEEDS } from '#renderer/app/actions.ts';
import { counted } from '#renderer/format/names.ts';
import { plain } from '#renderer/format/number.ts';
import { utcDay, utcStamp } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { openDialog, useShell } from '#renderer/state/shell.ts';
import { Button, Toggle } from '#renderer/ui/Button.tsx';
import { Group } from '#renderer/ui/Group.tsx';
import { Kbd } from '#renderer/ui/Kbd.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { MethodOutput, SessionChoice, TapeChoice } from '#shared/ipc/contract.ts';
import type { ProfileChoice } from '#shared/ipc/vault.ts';
import type { Fault } from '#shared/units/result.ts';
import style from './StartScreen.module.css';

type Choices = MethodOutput<'session.list'>;

const DEFAULT_SPEED = 60;

function TapeRow({ tape, busy, first, onStart }: ChoiceProps & { readonly tape: TapeChoice }) {
  return (
    <li>
      <button type="button" className={style.choice} disabled={busy} data-first={first || undefined} onClick={onStart}>
        <span className={style.name}>{tape.title}</span>
        <span className={style.when}>
          {utcDay(tape.from)} – {utcDay(tape.to)} · starts {utcStamp(tape.startAt)}
        </span>
        <span className={style.text}>{tape.description}</span>
        <span className={style.source}>Source: {tape.source}</span>
      </button>
    </li>
  );
}

interface ChoiceProps {
  readonly busy: boolean;
  /** Enter starts this one. */
  readonly first: boolean;
  readonly onStart: () => void;
}

function standing({ live, marketTime }: SessionChoice): string {
  if (live) return 'at the venue';
  return marketTime === null ? 'not started' : `stands at ${utcStamp(marketTime)}`;
}

function ProfileRow({ profile, busy, onStart }: Omit<ChoiceProps, 'first'> & { readonly profile: ProfileChoice }) {
  return (
    <li>
      <button type="button" className={style.choice} disabled={busy} onClick={onStart}>
        <span className={style.name}>{profile.title}</span>
        <span className={style.when}>{profile.environment}</span>
        <span className={style.source}>{profile.venues.map(({ url }) => url).join(', ')}</span>
      </button>
    </li>
  );
}

function SessionRow({ session, busy, first, onStart }: ChoiceProps & { readonly session: SessionChoice }) {
  return (
    <li>
      <button type="button" className={style.choice} disabled={busy} data-first={first || undefined} onClick={onStart}>
        <span className={style.name}>Continue: {session.title}</span>
        <span className={style.text}>
          {standing(session)} · {counted(session.fills, 'fill')} · begun {utcStamp(session.startedAt)}
        </span>
      </button>
    </li>
  );
}

function Speeds({ speed, onSpeed }: { readonly speed: number; readonly onSpeed: (speed: number) => void }) {
  return (
    <Group className={style.speeds} label="Speed of the tape">
      <span>Speed</span>
      {SPEEDS.map((one) => (
        <Toggle key={one} pressed={one === speed} onChange={() => onSpeed(one)}>
          {plain(one)}×
        </Toggle>
      ))}
    </Group>
  );
}

function stateOf(choices: Choices | null, fault: Fault | null, retry: () => void): PanelState {
  if (fault !== null) {
    return {
      kind: 'error',
      what: fault.message,
      since: Date.now(),
      stillWorks: 'Nothing trades. Sessions already recorded are untouched.',
      retry,
      details: `${fault.code}: ${fault.message}`,
    };
  }
  if (choices === null) return { kind: 'loading', what: 'Looking for tapes and sessions' };
  if (choices.tapes.length === 0 && choices.sessions.length === 0) {
    return {
      kind: 'empty',
      sentence: 'No tape was found in the resources folder.',
      action: { label: 'Look again', run: retry },
    };
  }
  return READY;
}

/** First screen: a session to continue, or a recorded market to start on. Enter takes the first choice. */
export function StartScreen({ current }: { readonly current: string | null }) {
  const [choices, setChoices] = useState<Choices | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [speed, setSpeed] = useState(DEFAULT_SPEED);
  const root = useRef<HTMLDivElement>(null);

  const list = useCallback(async () => {
    setFault(null);
    setChoices(null);
    const answer = await call('session.list', {});
    if (answer.ok) setChoices(answer.value);
    else setFault(answer.error);
  }, []);
  useEffect(() => void list(), [list]);
  useEffect(() => {
    if (choices !== null) root.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, [choices]);

  async function open(ask: Promise<{ readonly ok: boolean; readonly error?: Fault }>): Promise<void> {
    setBusy(true);
    setFailed(null);
    const answer = await ask;
    setBusy(false);
    if (answer.ok) useShell.setState({ choosing: false });
    else if (answer.error?.code !== 'cancelled') setFailed(answer.error?.message ?? 'The session did not start.');
  }

  const sessions = choices?.sessions ?? [];
  return (
    <main ref={root} className={style.screen}>
      <div className={style.sheet}>
        <header className={style.head}>
          <h1 className={style.brand}>Keel</h1>
          <p className={style.claim}>One book, one risk report, one gate. Paper venue: no account, no key.</p>
        </header>
        <div className={style.panel}>
          <Panel
            id="start"
            title="Start"
            scope="a recorded market, or a venue"
            state={stateOf(choices, fault, () => void list())}
          >
            <div className={style.lists}>
              {failed === null ? null : (
                <p className={style.failed} role="alert">
                  <SeverityMark severity="critical">{failed}</SeverityMark>
                </p>
              )}
              {sessions.length === 0 ? null : (
                <>
                  <h2 className={style.heading}>Continue</h2>
                  <ul className={style.list}>
                    {sessions.map((session, index) => (
                      <SessionRow
                        key={session.id}
                        session={session}
                        busy={busy}
                        first={index === 0}
                        onStart={() => void open(call('session.resume', { session: session.id }))}
                      />
                    ))}
                  </ul>
                </>
              )}
              <h2 className={style.heading}>Start on a tape</h2>
              <Speeds speed={speed} onSpeed={setSpeed} />
              <ul className={style.list}>
                {choices?.tapes.map((tape, index) => (
                  <TapeRow
                    key={tape.id}
                    tape={tape}
                    busy={busy}
                    first={index === 0 && sessions.length === 0}
                    onStart={() => void open(call('session.start', { tape: tape.id, speed }))}
                  />
                ))}
              </ul>
              <h2 className={style.heading}>Trade at a venue: opens the vault</h2>
              <ul className={style.list}>
                {choices?.profiles.map((profile) => (
                  <ProfileRow
                    key={profile.name}
                    profile={profile}
                    busy={busy}
                    onStart={() => void open(call('session.connect', { profile: profile.name }))}
                  />
                ))}
              </ul>
              <Button onClick={() => openDialog('accounts', null)}>Accounts and keys</Button>
            </div>
          </Panel>
        </div>
        <footer className={style.foot}>
          {busy ? (
            <span role="status">Starting: replaying the journal, connecting, reconciling …</span>
          ) : (
            <span>
              <Kbd keys="Enter" /> starts the marked choice · <Kbd keys="Tab" /> moves
            </span>
          )}
          {current === null ? null : (
            <Button onClick={() => useShell.setState({ choosing: false })}>Back to the running session</Button>
          )}
        </footer>
      </div>
    </main>
  );
}
