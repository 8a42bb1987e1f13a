import { withKey } from '#renderer/format/keys.ts';
import { venueName } from '#renderer/format/names.ts';
import { useDrafts } from '#renderer/state/automation-drafts.ts';
import { call } from '#renderer/state/bridge.ts';
import { focusNow } from '#renderer/state/commands/focus.ts';
import type { Gesture } from '#renderer/state/commands/gesture.ts';
import { paletteGesture } from '#renderer/state/commands/gesture.ts';
import { keyOf } from '#renderer/state/commands/key-map.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { useShell } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { AutomationLevel, Controller } from '#shared/domain/automation.ts';
import type { CommitAnswer } from '#shared/ipc/contract.ts';

/** Every account of the book, in the order of the risk report's pools. */
export function knownAccounts(): readonly string[] {
  const { risk, directory } = useTerminal.getState();
  const named = risk === null ? directory.rows.map((row) => row.account) : risk.pools.map((pool) => pool.account);
  return [...new Set(named)];
}

export async function arm(gesture: Gesture): Promise<void> {
  const accounts = useShell.getState().armGroup ?? knownAccounts();
  if (accounts.length === 0) {
    showToast('watch', 'Nothing to arm', 'No account is known yet.');
    return;
  }
  const answer = await call('keys.arm', { accounts: [...accounts], gesture });
  if (!answer.ok) showFault('The keys were not armed', answer.error);
}

export async function disarm(gesture: Gesture): Promise<void> {
  const answer = await call('keys.disarm', { gesture });
  if (!answer.ok) showFault('The keys were not disarmed', answer.error);
}

export async function lockKeys(gesture: Gesture): Promise<void> {
  const answer = await call('keys.lock', { locked: true, gesture });
  if (!answer.ok) showFault('The keys were not locked', answer.error);
}

export async function unlockKeys(gesture: Gesture): Promise<void> {
  const answer = await call('keys.lock', { locked: false, gesture });
  if (!answer.ok) showFault('The keys were not unlocked', answer.error);
}

/** The signer ends; what is connected stays so until its session does. */
export async function lockVault(): Promise<void> {
  const answer = await call('vault.lock', {});
  if (answer.ok) showToast('ok', 'The vault is locked');
  else showFault('The vault was not locked', answer.error);
}

export async function kill(gesture: Gesture): Promise<void> {
  const answer = await call('engine.kill', { gesture });
  if (answer.ok) {
    showToast(
      'critical',
      'Kill switch pulled',
      `New orders are blocked; ${answer.value.cancelled} orders are being cancelled.`,
    );
  } else showFault('The kill switch was refused', answer.error);
}

export async function resume(gesture: Gesture): Promise<void> {
  const answer = await call('engine.resume', { gesture });
  if (!answer.ok) showFault('Trading was not resumed', answer.error);
}

function sayCommitted({ orders }: CommitAnswer): void {
  if (orders.length === 0) {
    showToast('ok', 'Transfer sent');
    return;
  }
  const refused = orders.filter((order) => order.reason !== null);
  const first = refused[0]?.reason;
  if (refused.length === 0) showToast('ok', `${orders.length === 1 ? 'Order' : `${orders.length} orders`} sent`);
  else showToast('critical', `${refused.length} of ${orders.length} refused`, first?.message ?? '');
}

/** Sends what is staged. Main checks everything again, and the gesture. */
export async function commit(gesture: Gesture): Promise<void> {
  const staged = useTerminal.getState().status?.staged ?? null;
  if (staged === null || useShell.getState().committing) return;
  useShell.setState({ committing: true });
  const answer = await call('staged.commit', { staged: staged.id, gesture });
  useShell.setState({ committing: false });
  if (answer.ok && staged.origin === 'ticket') {
    const line = useWorkbench.getState().ticketLine;
    useWorkbench.setState({ sent: { line, orders: answer.value.orders.map((order) => order.id) } });
  }
  if (answer.ok) sayCommitted(answer.value);
  else showFault('Not committed', answer.error);
}

/** Drops what is staged; true when there was something. */
export function dropStaged(): boolean {
  const staged = useTerminal.getState().status?.staged ?? null;
  if (staged === null) return false;
  void call('staged.drop', { staged: staged.id }).then((answer) => {
    if (!answer.ok) showFault('The staged orders were not dropped', answer.error);
  });
  return true;
}

async function stageTicket(gesture: Gesture): Promise<void> {
  const line = useWorkbench.getState().ticketLine.trim();
  if (line === '') {
    showToast(
      'note',
      'Nothing to stage',
      withKey('Write an order in the ticket, or stage a hedge', keyOf('hedge.stage')),
    );
    runCommand('go.ticket', paletteGesture('empty ticket'));
    return;
  }
  const answer = await call('ticket.stage', { line, gesture });
  if (!answer.ok) showFault('The ticket was not staged', answer.error);
}

/** Stages the delta hedge of the workbench's underlying, and shows it. */
export async function stageHedge(gesture: Gesture): Promise<void> {
  const { underlying, hedgeRatio, hedgeRoute } = useWorkbench.getState();
  runCommand('go.hedge', gesture);
  const answer = await call('hedge.stage', { underlying, ratio: hedgeRatio, route: hedgeRoute, gesture });
  if (!answer.ok) showFault('The hedge was not staged', answer.error);
  else if (answer.value.staged === null) {
    const { insideBand, reasons } = answer.value.proposal;
    showToast('note', insideBand ? 'Inside the band: nothing to hedge' : 'No hedge was staged', reasons[0] ?? '');
  }
}

/** Sets how far a controller may go by itself in an underlying, with the limits of its draft. */
export async function setAutomation(
  key: { readonly controller: Controller; readonly underlying: string },
  level: AutomationLevel,
  gesture: Gesture,
): Promise<void> {
  const rule = { ...useDrafts.getState()[key.controller], ...key, level };
  const answer = await call('automation.set', { rule, gesture });
  if (!answer.ok) showFault(`${key.controller} was not set to ${level}`, answer.error);
}

/** The same for the delta hedger in the workbench's underlying. */
export function setAutoHedge(level: AutomationLevel, gesture: Gesture): Promise<void> {
  return setAutomation({ controller: 'delta-hedger', underlying: useWorkbench.getState().underlying }, level, gesture);
}

/** Ctrl+Enter: commits what is staged; with nothing staged, stages what the focused panel is about. */
export async function stageOrCommit(gesture: Gesture): Promise<void> {
  const staged = useTerminal.getState().status?.staged ?? null;
  if (staged !== null) return commit(gesture);
  const { panel } = focusNow();
  if (panel === 'hedge') return stageHedge(gesture);
  return stageTicket(gesture);
}

export async function exportCsv(what: 'positions' | 'fills'): Promise<void> {
  const answer = await call('app.export', { what });
  if (answer.ok) showToast('ok', `${answer.value.rows} rows exported`, answer.value.file);
  else showFault('Nothing was exported', answer.error);
}

/** Asks every venue for everything and says what came of it. */
export async function reconcileAll(gesture: Gesture): Promise<void> {
  for (const { venue } of useTerminal.getState().status?.venues ?? []) {
    const answer = await call('venues.act', { venue, act: 'reconcile', gesture });
    if (answer.ok) showToast('ok', `${venueName(venue)} reconciled`, answer.value.said);
    else showFault(`${venueName(venue)} was not reconciled`, answer.error);
  }
}

export const SPEEDS = [1, 10, 60, 300, 900, 3600] as const;

export async function setTape(change: { readonly paused?: boolean; readonly speed?: number }): Promise<void> {
  const answer = await call('tape.control', change);
  if (!answer.ok) showFault('The tape did not obey', answer.error);
}

/** The next speed up or down from the present one. */
export function stepSpeed(step: 1 | -1): void {
  const tape = useTerminal.getState().status?.tape;
  if (!tape) return;
  const next = step === 1 ? SPEEDS.find((speed) => speed > tape.speed) : SPEEDS.findLast((speed) => speed < tape.speed);
  if (next !== undefined) void setTape({ speed: next });
}

export function toggleTape(): void {
  const tape = useTerminal.getState().status?.tape;
  if (tape) void setTape({ paused: !tape.paused });
}
