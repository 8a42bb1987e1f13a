import { create } from 'zustand';

export const WORKSPACE_IDS = ['risk', 'trade', 'vol', 'review', 'journal', 'control', 'exit', 'venues'] as const;
export type WorkspaceId = (typeof WORKSPACE_IDS)[number];
/** One dialog at a time. arm and kill are the typed confirmations for people who cannot hold a key. */
export type DialogId = 'palette' | 'keys' | 'about' | 'accounts' | 'settings-keys' | 'settings-alerts' | 'arm' | 'kill';

/** What the window itself shows: workspace, dialog, tour, start screen. */
export interface Shell {
  readonly workspace: WorkspaceId;
  readonly dialog: DialogId | null;
  /** Panel that had the focus when the dialog opened: where palette commands act. */
  readonly dialogFrom: string | null;
  /** The palette was opened as that panel's context menu: its own commands only. */
  readonly contextual: boolean;
  /** Panel to focus once its workspace is drawn. */
  readonly goTo: string | null;
  /** Step of the tour, or null. */
  readonly tour: number | null;
  /** The start screen is shown although a session runs. */
  readonly choosing: boolean;
  /** Accounts that arming arms; null = all. */
  readonly armGroup: readonly string[] | null;
  /** A commit is under way: pressing again does nothing. */
  readonly committing: boolean;
}

export const useShell = create<Shell>(() => ({
  workspace: 'risk',
  dialog: null,
  dialogFrom: null,
  contextual: false,
  goTo: 'positions',
  tour: null,
  choosing: false,
  armGroup: null,
  committing: false,
}));

export function openDialog(dialog: DialogId, from: string | null, contextual = false): void {
  useShell.setState({ dialog, dialogFrom: from, contextual });
}

export function closeDialog(): void {
  useShell.setState({ dialog: null });
}
