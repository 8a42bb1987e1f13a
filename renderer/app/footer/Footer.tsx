import { useEffect, useState } from 'react';
import { counted, venueName } from '#renderer/format/names.ts';
import { latency, utcTime } from '#renderer/format/time.ts';
import { panelOf } from '#renderer/state/commands/focus.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useKeyFeedback } from '#renderer/state/commands/key-feedback.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { type Severity, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { VenueLight } from '#shared/ipc/frames.ts';
import style from './Footer.module.css';

const LIGHTS: Readonly<Record<VenueLight['status'], Severity>> = {
  connecting: 'off',
  live: 'ok',
  stale: 'watch',
  down: 'critical',
};

function Light({ light }: { readonly light: VenueLight }) {
  const word = light.status === 'live' ? latency(light.latencyMs) : light.status;
  return (
    <li title={light.reason ?? `${light.venue}: ${light.status}`}>
      <SeverityMark severity={LIGHTS[light.status]}>
        <span className={style.text}>
          {venueName(light.venue)} {word}
        </span>
      </SeverityMark>
    </li>
  );
}

function Alerts() {
  const alerts = useTerminal((terminal) => terminal.status?.alerts ?? 0);
  return (
    <button
      type="button"
      className={style.alerts}
      onClick={(event) => runCommand('go.alerts', pointerGesture(event, 'alerts'))}
    >
      <SeverityMark severity={alerts === 0 ? 'ok' : 'watch'}>
        {alerts === 0 ? 'no alerts' : counted(alerts, 'alert')}
      </SeverityMark>
    </button>
  );
}

/** Which panel has the focus, by the title of its section. */
function useFocusedTitle(): string {
  const [title, setTitle] = useState('');
  useEffect(() => {
    const note = (): void => {
      const panel = panelOf(document.activeElement);
      const section = panel === null ? null : document.querySelector(`section[data-panel="${panel}"]`);
      setTitle(section?.getAttribute('aria-label') ?? '');
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  return title;
}

function Clock() {
  const [text, setText] = useState(() => utcTime(engineNow()));
  useEffect(() => {
    const timer = setInterval(() => setText(utcTime(engineNow())), 250);
    return () => clearInterval(timer);
  }, []);
  return <span className={style.clock}>{text} UTC</span>;
}

/** Last line of the window: venues, alerts, what the keyboard is doing, UTC. */
export function Footer() {
  const venues = useTerminalAt((terminal) => terminal.status?.venues ?? null, 500);
  const said = useKeyFeedback((feedback) => feedback.text);
  const focused = useFocusedTitle();
  return (
    <footer className={style.footer}>
      <ul className={style.lights} aria-label="Venues">
        {venues?.map((light) => <Light key={light.venue} light={light} />) ?? null}
      </ul>
      <Alerts />
      <span className={style.said} role="status">
        {said ?? ''}
      </span>
      <span className={style.hint}>
        {focused} <CommandKbd command="panel.next" /> next panel <CommandKbd command="help.keys" /> keys
      </span>
      <Clock />
    </footer>
  );
}
