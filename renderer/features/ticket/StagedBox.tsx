import { useEffect, useState } from 'react';
import { countdown } from '#renderer/format/time.ts';
import { call } from '#renderer/state/bridge.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault } from '#renderer/ui/toasts.ts';
import type { StagedOrders } from '#shared/ipc/frames.ts';
import style from './StagedBox.module.css';

const TICK_MS = 250;

function useTimeLeft(until: number): number {
  const [left, setLeft] = useState(until - engineNow());
  useEffect(() => {
    const timer = setInterval(() => setLeft(until - engineNow()), TICK_MS);
    setLeft(until - engineNow());
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

/** What is staged and came from one of these panels; null while nothing of theirs is. */
export function useStaged(...origins: readonly StagedOrders['origin'][]): StagedOrders | null {
  const staged = useTerminal((terminal) => terminal.status?.staged ?? null);
  return staged !== null && origins.includes(staged.origin) ? staged : null;
}

async function drop(id: string): Promise<void> {
  const answer = await call('staged.drop', { staged: id });
  if (!answer.ok) showFault('The staged orders were not dropped', answer.error);
}

function Armed({ staged }: { readonly staged: StagedOrders }) {
  const keys = useTerminal((terminal) => terminal.status?.keys.state ?? 'LOCKED');
  if (keys !== 'ARMED') {
    return (
      <SeverityMark severity="note">
        Keys are {keys}: hold <CommandKbd command="keys.arm" /> to arm, then commit.
      </SeverityMark>
    );
  }
  if (!staged.passed) return <SeverityMark severity="critical">A check fails: it cannot be committed.</SeverityMark>;
  return <SeverityMark severity="watch">Keys are ARMED: the next press sends.</SeverityMark>;
}

/** The second key press, where the first one was made. The orders themselves stand in the banner of staged orders. */
export function StagedBox({ staged }: { readonly staged: StagedOrders }) {
  const left = useTimeLeft(staged.expiresAt);
  const armed = useTerminal((terminal) => terminal.status?.keys.state === 'ARMED');
  return (
    <section className={style.box} aria-label="Staged from this panel" data-staged={staged.id}>
      <p className={style.head}>
        <strong>Staged: {staged.title}</strong>
        <span className={style.left}>{left > 0 ? `${countdown(left)} left` : 'expired'}</span>
      </p>
      <div className={style.actions}>
        <Button
          look="primary"
          command="order.stage"
          disabled={!armed || !staged.passed}
          onClick={(event) => runCommand('order.stage', pointerGesture(event, 'commit button'))}
        >
          Commit
        </Button>
        <Button keys="Escape" onClick={() => void drop(staged.id)}>
          Drop
        </Button>
      </div>
      <p className={style.hint}>
        <Armed staged={staged} />
      </p>
    </section>
  );
}
