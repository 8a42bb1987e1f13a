import { Command, OctagonX } from 'lucide-react';
import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { kill, resume } from '#renderer/app/actions.ts';
import { withKey } from '#renderer/format/keys.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useKeyMap } from '#renderer/state/commands/key-map.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { openDialog, useShell, type WorkspaceId } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Group } from '#renderer/ui/Group.tsx';
import { HoldButton } from '#renderer/ui/HoldButton.tsx';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { type Severity, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { TradingState } from '#shared/domain/events.ts';
import { commandById } from '#shared/ipc/commands.ts';
import { type KeyMap, keysIn } from '#shared/ipc/key-map.ts';
import { KeyState } from './KeyState.tsx';
import { TapeControl } from './TapeControl.tsx';
import style from './TopBar.module.css';

const KILL_HOLD_MS = 1_520;
const WORKSPACES: readonly { readonly value: WorkspaceId; readonly text: string }[] = [
  { value: 'risk', text: 'Risk' },
  { value: 'trade', text: 'Trade' },
  { value: 'vol', text: 'Vol' },
  { value: 'review', text: 'Review' },
  { value: 'journal', text: 'Journal' },
  { value: 'control', text: 'Control' },
  { value: 'exit', text: 'Exit' },
  { value: 'venues', text: 'Venues' },
];
const TRADING: Readonly<Record<TradingState, Severity>> = { ACTIVE: 'ok', REDUCING: 'watch', HALTED: 'critical' };

function titleOf({ value, text }: (typeof WORKSPACES)[number], map: KeyMap): string {
  const command = commandById(`workspace.${value}`);
  return withKey(`Workspace ${text}`, command && keysIn(map, command)[0]);
}

function Workspaces() {
  const current = useShell((shell) => shell.workspace);
  const map = useKeyMap((keys) => keys.map);
  const options = useMemo(() => WORKSPACES.map((one) => ({ ...one, title: titleOf(one, map) })), [map]);
  return (
    <Segments
      label="Workspace"
      value={current}
      options={options}
      onChoose={(id, event) => runCommand(`workspace.${id}`, pointerGesture(event, `workspace ${id}`))}
    />
  );
}

function Environment() {
  const environment = useTerminal((terminal) => terminal.status?.environment ?? null);
  if (environment === null) return null;
  return <span className={classNames(style.environment, style[environment.toLowerCase()])}>{environment}</span>;
}

function Trading() {
  const trading = useTerminal(useShallow((terminal) => terminal.status?.trading ?? null));
  if (trading === null) return null;
  return (
    <Group className={style.trading} label="Trading state">
      <span title={trading.reason}>
        <SeverityMark severity={TRADING[trading.state]}>{trading.state}</SeverityMark>
      </span>
      {trading.state === 'ACTIVE' ? null : (
        <Button onClick={(event) => void resume(pointerGesture(event, 'resume'))} title={trading.reason}>
          Resume
        </Button>
      )}
    </Group>
  );
}

/** First line of the window: where we are, the tape, what may be sent, the palette and the kill switch. */
export function TopBar() {
  return (
    <div className={style.bar}>
      <h1 className={style.brand}>Keel</h1>
      <Workspaces />
      <Environment />
      <TapeControl />
      <span className={style.space} />
      <Trading />
      <KeyState />
      <Button
        onClick={(event) => runCommand('palette.open', pointerGesture(event, 'palette'))}
        command="palette.open"
        title="Command palette"
      >
        <Command size={13} aria-hidden="true" />
        <span className="visually-hidden">Command palette</span>
      </Button>
      <HoldButton
        command="engine.kill"
        holdMs={KILL_HOLD_MS}
        look="kill"
        explanation="Kill switch: blocks new orders, cancels all, disarms; click to type the word instead"
        onHold={(gesture) => void kill(gesture)}
        onPress={() => openDialog('kill', null)}
      >
        <OctagonX size={14} aria-hidden="true" /> Hold to kill{' '}
        <span className={style.hint}>
          <CommandKbd command="engine.kill" />
        </span>
      </HoldButton>
    </div>
  );
}
