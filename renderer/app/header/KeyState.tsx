import { Lock, LockOpen, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { arm, disarm, knownAccounts, unlockKeys } from '#renderer/app/actions.ts';
import { scaled } from '#renderer/format/number.ts';
import { countdown } from '#renderer/format/time.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import { openDialog, useShell } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Group } from '#renderer/ui/Group.tsx';
import { HoldButton } from '#renderer/ui/HoldButton.tsx';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import type { StatusFrame } from '#shared/ipc/frames.ts';
import style from './KeyState.module.css';

const ARM_HOLD_MS = 820;

/** Time left until `until` (engine time), counted in whole seconds. */
export function Countdown({ until }: { readonly until: number }) {
  const [text, setText] = useState(() => countdown(until - engineNow()));
  useEffect(() => {
    const write = (): void => setText(countdown(until - engineNow()));
    write();
    const timer = setInterval(write, 250);
    return () => clearInterval(timer);
  }, [until]);
  return <span role="timer">{text}</span>;
}

function ArmGroup() {
  const chosen = useShell((shell) => shell.armGroup);
  const accounts = knownAccounts();
  const all = { label: 'All accounts', chosen: chosen === null, run: () => useShell.setState({ armGroup: null }) };
  return (
    <Menu
      trigger={
        <Button look="quiet" title="Accounts that arming arms">
          {chosen === null ? 'all accounts' : chosen.join(', ')} ▾
        </Button>
      }
      items={[
        all,
        ...accounts.map((account) => ({
          label: account,
          chosen: chosen?.length === 1 && chosen[0] === account,
          run: () => useShell.setState({ armGroup: [account] }),
        })),
      ]}
    />
  );
}

function Armed({ keys }: { readonly keys: StatusFrame['keys'] }) {
  return (
    <>
      <span className={classNames(style.pill, style.armed)} title={keys.reason}>
        <ShieldAlert size={14} aria-hidden="true" /> ARMED
        {keys.until === null ? null : <Countdown until={keys.until} />}
      </span>
      {keys.budgetLeftUsd === null ? null : (
        <span className={style.budget}>{scaled(keys.budgetLeftUsd, 'plain')} USD left</span>
      )}
      <Button look="quiet" command="keys.disarm" onClick={(event) => void disarm(pointerGesture(event, 'disarm'))}>
        Disarm
      </Button>
    </>
  );
}

/** LOCKED, SAFE or ARMED, and the way to the next state. */
export function KeyState() {
  const keys = useTerminal(useShallow((terminal) => terminal.status?.keys ?? null));
  if (keys === null) return null;
  if (keys.state === 'ARMED') {
    return (
      <Group className={style.keys} label="Keys">
        <Armed keys={keys} />
      </Group>
    );
  }
  const locked = keys.state === 'LOCKED';
  return (
    <Group className={style.keys} label="Keys">
      <span className={classNames(style.pill, locked && style.locked)} title={keys.reason}>
        {locked ? <Lock size={14} aria-hidden="true" /> : <ShieldCheck size={14} aria-hidden="true" />}
        Keys {keys.state}
      </span>
      {locked ? (
        <Button onClick={(event) => void unlockKeys(pointerGesture(event, 'unlock'))}>
          <LockOpen size={14} aria-hidden="true" /> Unlock
        </Button>
      ) : (
        <>
          <HoldButton
            command="keys.arm"
            holdMs={ARM_HOLD_MS}
            explanation="Hold this or the key to arm; click to type the word instead"
            onHold={(gesture) => void arm(gesture)}
            onPress={() => openDialog('arm', null)}
          >
            Hold to arm{' '}
            <span className={style.hint}>
              <CommandKbd command="keys.arm" />
            </span>
          </HoldButton>
          <ArmGroup />
        </>
      )}
    </Group>
  );
}
