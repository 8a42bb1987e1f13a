import { cancelAll, stopExecutions } from '#renderer/features/orders/cancel.ts';
import { nextDensity, toggleTheme } from '#renderer/state/appearance.ts';
import { onEscape } from '#renderer/state/commands/escape.ts';
import { focusNow } from '#renderer/state/commands/focus.ts';
import { type CommandHandler, registerCommand, runCommand } from '#renderer/state/commands/registry.ts';
import { closeDialog, openDialog, useShell, type WorkspaceId } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench, type Workbench } from '#renderer/state/workbench.ts';
import { AUTOMATION_LEVELS } from '#shared/domain/automation.ts';
import {
  arm,
  disarm,
  dropStaged,
  exportCsv,
  kill,
  lockKeys,
  lockVault,
  reconcileAll,
  resume,
  setAutoHedge,
  stageHedge,
  stageOrCommit,
  stepSpeed,
  toggleTape,
  unlockKeys,
} from './actions.ts';

function togglePalette(): void {
  if (useShell.getState().dialog === 'palette') closeDialog();
  else openDialog('palette', focusNow().panel);
}

/** Where the focus goes in a workspace. */
const FIRST_PANEL: Readonly<Record<WorkspaceId, string>> = {
  risk: 'positions',
  trade: 'chart',
  vol: 'vol',
  control: 'automation',
  exit: 'rehearsal',
  review: 'review',
  journal: 'journal',
  venues: 'venues',
};

function showWorkspace(workspace: WorkspaceId): void {
  useShell.setState({ workspace, goTo: FIRST_PANEL[workspace] });
}

/** From the palette, arming and killing ask for the typed word, because nothing was held. */
function heldOrTyped(held: CommandHandler, dialog: 'arm' | 'kill'): CommandHandler {
  return (gesture) => {
    if (gesture.by === 'palette' && gesture.heldMs === 0) openDialog(dialog, focusNow().panel);
    else held(gesture);
  };
}

const AUTOMATION = Object.fromEntries(
  AUTOMATION_LEVELS.map((level): [string, CommandHandler] => [
    `automation.${level}`,
    (gesture) => void setAutoHedge(level, gesture),
  ]),
);

const HANDLERS: Readonly<Record<string, CommandHandler>> = {
  ...AUTOMATION,
  'palette.open': togglePalette,
  'help.keys': () => openDialog('keys', focusNow().panel),
  'help.about': () => openDialog('about', focusNow().panel),
  'settings.keys': () => openDialog('settings-keys', focusNow().panel),
  'settings.alerts': () => openDialog('settings-alerts', focusNow().panel),
  'vault.show': () => openDialog('accounts', focusNow().panel),
  'vault.lock': () => void lockVault(),
  'help.tour': () => useShell.setState({ tour: 0 }),
  'workspace.risk': () => showWorkspace('risk'),
  'workspace.trade': () => showWorkspace('trade'),
  'workspace.vol': () => showWorkspace('vol'),
  'workspace.control': () => showWorkspace('control'),
  'workspace.exit': () => showWorkspace('exit'),
  'flatten.rehearse': (gesture) => runCommand('go.rehearsal', gesture),
  'workspace.review': () => showWorkspace('review'),
  'workspace.journal': () => showWorkspace('journal'),
  'workspace.venues': () => showWorkspace('venues'),
  'venues.reconcile-all': (gesture) => void reconcileAll(gesture),
  'theme.toggle': toggleTheme,
  'density.next': nextDensity,
  'tape.toggle': toggleTape,
  'tape.faster': () => stepSpeed(1),
  'tape.slower': () => stepSpeed(-1),
  'session.choose': () => useShell.setState({ choosing: true }),
  'export.positions': () => void exportCsv('positions'),
  'export.fills': () => void exportCsv('fills'),
  'order.stage': (gesture) => void stageOrCommit(gesture),
  'hedge.stage': (gesture) => void stageHedge(gesture),
  'executions.stop': (gesture) => void stopExecutions(gesture),
  'order.cancel-all': (gesture) => void cancelAll(false, gesture),
  'order.cancel-everything': (gesture) => void cancelAll(true, gesture),
  'keys.arm': heldOrTyped((gesture) => void arm(gesture), 'arm'),
  'keys.disarm': (gesture) => void disarm(gesture),
  'keys.lock': (gesture) => void lockKeys(gesture),
  'keys.unlock': (gesture) => void unlockKeys(gesture),
  'engine.kill': heldOrTyped((gesture) => void kill(gesture), 'kill'),
  'engine.resume': (gesture) => void resume(gesture),
};

/** What is staged rests on these: once one changes, committing the old picture would surprise. */
function outdates(origin: 'ticket' | 'hedge' | 'close', now: Workbench, before: Workbench): boolean {
  if (origin === 'ticket') return now.ticketLine !== before.ticketLine;
  if (origin === 'hedge') return now.hedgeRatio !== before.hedgeRatio || now.hedgeRoute !== before.hedgeRoute;
  return false;
}

/** Registers the commands that belong to the window as a whole. Answers the function that takes them back. */
export function registerGlobalCommands(): () => void {
  const stops = Object.entries(HANDLERS).map(([id, handler]) => registerCommand(id, handler));
  const stopEscape = onEscape(dropStaged);
  const stopWatching = useWorkbench.subscribe((now, before) => {
    const origin = useTerminal.getState().status?.staged?.origin;
    if (origin !== undefined && outdates(origin, now, before)) dropStaged();
  });
  return () => {
    for (const stop of [...stops, stopEscape, stopWatching]) stop();
  };
}
