import { Pause, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { SPEEDS, setTape } from '#renderer/app/actions.ts';
import { withKey } from '#renderer/format/keys.ts';
import { plain } from '#renderer/format/number.ts';
import { utcDay, utcTime } from '#renderer/format/time.ts';
import { useKeys } from '#renderer/state/commands/key-map.ts';
import { marketNow } from '#renderer/state/engine-clock.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Group } from '#renderer/ui/Group.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import type { TapeStatus } from '#shared/ipc/frames.ts';
import style from './TapeControl.module.css';

const CLOCK_MS = 200;

/** Venue time, written outside React. */
function TapeClock({ tape }: { readonly tape: TapeStatus }) {
  const text = useRef<HTMLTimeElement>(null);
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = (): void => {
      const now = marketNow() ?? tape.now;
      if (text.current) text.current.textContent = `${utcDay(now)} ${utcTime(now)}`;
      const share = Math.min(1, Math.max(0, (now - tape.from) / Math.max(1, tape.to - tape.from)));
      if (bar.current) bar.current.style.width = `${(share * 100).toFixed(2)}%`;
    };
    write();
    const timer = setInterval(write, CLOCK_MS);
    return () => clearInterval(timer);
  }, [tape]);
  return (
    <span className={style.clock}>
      <time ref={text} />
      <span className={style.track} aria-hidden="true">
        <span ref={bar} className={style.bar} />
      </span>
    </span>
  );
}

/** Play, pause and speed of the recorded market, and where it stands. */
export function TapeControl() {
  const tape = useTerminalAt((terminal) => terminal.status?.tape ?? null, CLOCK_MS);
  const [[toggle], [faster], [slower]] = [useKeys('tape.toggle'), useKeys('tape.faster'), useKeys('tape.slower')];
  if (tape === null) return null;
  const stopped = tape.paused || tape.ended;
  return (
    <Group className={style.tape} label={`Tape: ${tape.title}`}>
      <span className={style.title} title={tape.title}>
        {tape.title}
      </span>
      <TapeClock tape={tape} />
      <Button
        look="quiet"
        aria-label={stopped ? 'Play the tape' : 'Pause the tape'}
        title={withKey(stopped ? 'Play' : 'Pause', toggle)}
        disabled={tape.ended}
        onClick={() => void setTape({ paused: !tape.paused })}
      >
        {stopped ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
      </Button>
      <Menu
        trigger={
          <Button look="quiet" title={`${withKey('Faster', faster)}, ${withKey('slower', slower)}`}>
            {plain(tape.speed)}×
          </Button>
        }
        items={SPEEDS.map((speed) => ({
          label: `${plain(speed)}×`,
          chosen: speed === tape.speed,
          run: () => void setTape({ speed }),
        }))}
      />
      {tape.ended ? (
        <span className={style.ended}>ended</span>
      ) : tape.paused ? (
        <span className={style.ended}>paused</span>
      ) : null}
    </Group>
  );
}
