import { Command, OctagonX } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { kill, resume } from '#renderer/app/actions.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { openDialog, useShell, type WorkspaceId } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Group } from '#renderer/ui/Group.tsx';
import { HoldButton } from '#renderer/ui/HoldButton.tsx';
import { Kbd } from '#renderer/ui/Kbd.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { type Severity, SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { TradingState } from '#shared/domain/events.ts';
import { KeyState } from './KeyState.tsx';
import { TapeControl } from './TapeControl.tsx';
import style from './TopBar.module.css';

const KILL_HOLD_MS = 1_520;
const WORKSPACES: readonly { readonly value: WorkspaceId; readonly text: string; readonly title: string }[] = [
  { value: 'risk', text: 'Risk', title: 'Workspace Risk (Alt+1)' },
  { value: 'trade', text: 'Trade', title: 'Workspace Trade (Alt+2)' },
  { value: 'vol', text: 'Vol', title: 'Workspace Vol (Alt+3)' },
  { value: 'review', text: 'Review', title: 'Workspace Review (Alt+4)' },
  { value: 'journal', text: 'Journal', title: 'Workspace Journal (Alt+5)' },
  { value: 'control', text: 'Control', title: 'Workspace Control (Alt+6)' },
  { value: 'exit', text: 'Exit', title: 'Workspace Exit (Alt+7)' },
  { value: 'venues', text: 'Venues', title: 'Workspace Venues (Alt+8)' },
];
const TRADING: Readonly<Record<TradingState, Severity>> = { ACTIVE: 'ok', REDUCING: 'watch', HALTED: 'critical' };

function Workspaces() {
  const current = useShell((shell) => shell.workspace);
  return (
    <Segments
      label="Workspace"
      value={current}
      options={WORKSPACES}
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
        keys="Ctrl+K"
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
          <Kbd keys="Ctrl+Shift+X" />
        </span>
      </HoldButton>
    </div>
  );
}
