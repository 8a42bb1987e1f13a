import type { AutomationLevel } from '#shared/domain/automation.ts';

/** Where a command's keys work: everywhere, or only while that panel has focus. */
export type CommandScope =
  | 'global'
  | 'grid'
  | 'positions'
  | 'orders'
  | 'heatmap'
  | 'hedge'
  | 'ticket'
  | 'chart'
  | 'payoff'
  | 'margin'
  | 'venues'
  | 'book'
  | 'review'
  | 'journal'
  | 'start';

/**
 * none: changes nothing but the view. SAFE: may be used unless locked; it stages, cancels or protects.
 * ARMED: sends. Main enforces this whatever a window claims.
 */
export type CommandNeeds = 'none' | 'SAFE' | 'ARMED';

export interface CommandEntry {
  readonly id: string;
  readonly title: string;
  readonly group: 'View' | 'Move' | 'Session' | 'Trade' | 'Risk' | 'Safety' | 'Help';
  readonly scope: CommandScope;
  readonly needs: CommandNeeds;
  /** Chords ("Ctrl+K") or sequences ("g p"); the first one is shown. Ctrl is Cmd on macOS. */
  readonly keys: readonly string[];
  /** Held this long before it fires, ms. */
  readonly holdMs?: number;
  /** Pressed this often in this time before it fires. */
  readonly times?: { readonly count: number; readonly withinMs: number };
}

function view(id: string, title: string, keys: readonly string[], scope: CommandScope = 'global'): CommandEntry {
  return { id, title, group: 'View', scope, needs: 'none', keys };
}

function go(panel: string, title: string, key: string): CommandEntry {
  return {
    id: `go.${panel}`,
    title: `Go to ${title}`,
    group: 'Move',
    scope: 'global',
    needs: 'none',
    keys: [`g ${key}`],
  };
}

function automation(level: AutomationLevel, needs: CommandNeeds): CommandEntry {
  return { id: `automation.${level}`, title: `Auto-hedge: ${level}`, group: 'Risk', scope: 'global', needs, keys: [] };
}

/** Every command of the window: what the palette, the key help, the menus and the tests read. */
export const COMMANDS: readonly CommandEntry[] = [
  { ...view('palette.open', 'Command palette', ['Ctrl+K']), group: 'Help' },
  { ...view('help.keys', 'Keys help', ['?']), group: 'Help' },
  { ...view('help.tour', 'Seven-step tour', []), group: 'Help' },
  { ...view('help.about', 'About and licences', []), group: 'Help' },
  view('settings.keys', 'Settings: keys', ['g s']),
  view('settings.alerts', 'Settings: alerts', ['g e']),
  view('vault.show', 'Accounts and keys', []),
  view('vault.lock', 'Lock the vault', []),
  view('panel.filter', 'Filter panel', ['/']),
  view('panel.table', 'Table view of the panel', ['t']),
  view('panel.maximise', 'Maximise panel', ['Ctrl+\\']),
  view('panel.next', 'Next panel', ['F6']),
  view('panel.previous', 'Previous panel', ['Shift+F6']),
  view('layout.undo', 'Undo layout change', ['Ctrl+Z']),
  view('layout.redo', 'Redo layout change', ['Ctrl+Shift+Z']),
  view('layout.reset', 'Reset layout of this workspace', []),
  view('workspace.risk', 'Workspace Risk', ['Alt+1']),
  view('workspace.trade', 'Workspace Trade', ['Alt+2']),
  view('workspace.vol', 'Workspace Vol', ['Alt+3']),
  view('workspace.review', 'Workspace Review', ['Alt+4']),
  view('workspace.journal', 'Workspace Journal', ['Alt+5']),
  view('workspace.control', 'Workspace Control', ['Alt+6']),
  view('workspace.exit', 'Workspace Exit', ['Alt+7']),
  view('workspace.venues', 'Workspace Venues', ['Alt+8']),
  view('theme.toggle', 'Switch dark and light', []),
  view('density.next', 'Next row density', []),
  go('positions', 'Positions', 'p'),
  go('risk', 'Risk heatmap', 'r'),
  go('hedge', 'Hedge', 'h'),
  go('ticket', 'Ticket', 't'),
  go('margin', 'Margin', 'm'),
  go('orders', 'Orders', 'o'),
  go('fills', 'Fills', 'f'),
  go('payoff', 'Payoff', 'y'),
  go('vol', 'Volatility', 'v'),
  go('chart', 'Chart', 'c'),
  go('alerts', 'Alerts and log', 'a'),
  go('automation', 'Automation', 'u'),
  go('rehearsal', 'Rehearsal', 'd'),
  go('collateral', 'Collateral', 'l'),
  { ...view('flatten.rehearse', 'Flatten…: rehearse, then type FLATTEN', ['Ctrl+Shift+F']), group: 'Safety' },
  go('review', 'Backtest and review', 'b'),
  go('journal', 'Journal', 'j'),
  go('venues', 'Venues', 'n'),
  go('book', 'Book over all venues', 'k'),
  { ...view('book.buy', 'Size to buy over all venues', ['b'], 'book'), group: 'Trade' },
  { ...view('book.sell', 'Size to sell over all venues', ['s'], 'book'), group: 'Trade' },
  view('book.kind', 'Book of all kinds, perpetuals or spot', ['k'], 'book'),
  view('book.coarser', 'Coarser steps of the book', ['+', '='], 'book'),
  view('book.finer', 'Finer steps of the book', ['-'], 'book'),
  { ...view('venues.reconcile-all', 'Reconcile every venue now', []), group: 'Safety' },
  { ...view('venue.reconcile', 'Reconcile this venue now', ['r'], 'venues'), group: 'Safety' },
  { ...view('venue.reconnect', 'Connect this venue anew', ['n'], 'venues'), group: 'Safety' },
  { ...view('venue.dead-man', 'Arm or take away its dead-man switch', ['k'], 'venues'), group: 'Safety' },
  view('journal.note', 'Write a note', ['n'], 'journal'),
  view('journal.import', 'Import a statement', ['i'], 'journal'),
  view('journal.lots', 'Count lots: rule, or lots of your choice', ['l'], 'journal'),
  view('journal.storage', 'Room on disk: sessions and their recordings', ['r'], 'journal'),
  view('journal.days', 'Journal: positions or P&L by day', ['d'], 'journal'),
  { ...view('tape.toggle', 'Play or pause the tape', ['Ctrl+Space']), group: 'Session' },
  { ...view('tape.faster', 'Faster tape', ['Ctrl+.']), group: 'Session' },
  { ...view('tape.slower', 'Slower tape', ['Ctrl+,']), group: 'Session' },
  { ...view('session.choose', 'Choose another session', []), group: 'Session' },
  { ...view('export.positions', 'Export positions as CSV', []), group: 'Session' },
  { ...view('export.fills', 'Export fills as CSV', []), group: 'Session' },
  { ...view('grid.copy', 'Copy rows', ['Ctrl+C'], 'grid') },
  { ...view('heatmap.wider', 'Wider range', ['+', '='], 'heatmap'), group: 'Risk' },
  { ...view('heatmap.narrower', 'Narrower range', ['-'], 'heatmap'), group: 'Risk' },
  { ...view('heatmap.later', 'One day later', ['.'], 'heatmap'), group: 'Risk' },
  { ...view('heatmap.earlier', 'One day earlier', [','], 'heatmap'), group: 'Risk' },
  { ...view('heatmap.view', 'Next heatmap view', ['v'], 'heatmap'), group: 'Risk' },
  { ...view('heatmap.pin', 'Pin cell', ['Enter'], 'heatmap'), group: 'Risk' },
  { ...view('risk.what-if', 'What-if with the ticket', ['w']), group: 'Risk' },
  view('review.play', 'Play or pause the review', [' '], 'review'),
  view('review.worst', 'Worst minute of the run', ['m'], 'review'),
  view('review.export', 'Export the review as HTML', ['e'], 'review'),
  view('review.picture', 'Export the curves of the review as a picture', ['p'], 'review'),
  view('review.begin', 'Explain P&L from here', ['['], 'review'),
  view('review.end', 'Explain P&L up to here', [']'], 'review'),
  view('review.whole', 'Explain P&L of the whole run', ['w'], 'review'),
  view('positions.columns', 'Usual columns, or the venue’s Greeks', ['c'], 'positions'),
  view('positions.greeks', 'Greeks of the option: Keel and venue', ['i'], 'positions'),
  {
    id: 'ticket.buy',
    title: 'Ticket on selection, buy',
    group: 'Trade',
    scope: 'positions',
    needs: 'SAFE',
    keys: ['b'],
  },
  {
    id: 'ticket.sell',
    title: 'Ticket on selection, sell',
    group: 'Trade',
    scope: 'positions',
    needs: 'SAFE',
    keys: ['s'],
  },
  {
    id: 'positions.close',
    title: 'Stage a close of the selection',
    group: 'Trade',
    scope: 'positions',
    needs: 'SAFE',
    keys: ['x'],
  },
  { id: 'ticket.join', title: 'Price to join', group: 'Trade', scope: 'ticket', needs: 'none', keys: ['Alt+J'] },
  { id: 'ticket.mid', title: 'Price to mid', group: 'Trade', scope: 'ticket', needs: 'none', keys: ['Alt+M'] },
  { id: 'hedge.stage', title: 'Stage delta hedge', group: 'Trade', scope: 'global', needs: 'SAFE', keys: ['Alt+H'] },
  { id: 'hedge.less', title: 'Hedge ratio −10 %', group: 'Trade', scope: 'hedge', needs: 'SAFE', keys: ['['] },
  { id: 'hedge.more', title: 'Hedge ratio +10 %', group: 'Trade', scope: 'hedge', needs: 'SAFE', keys: [']'] },
  {
    id: 'order.stage',
    title: 'Stage; pressed again, commit',
    group: 'Trade',
    scope: 'global',
    needs: 'SAFE',
    keys: ['Ctrl+Enter'],
  },
  {
    id: 'order.cancel',
    title: 'Cancel selected order',
    group: 'Trade',
    scope: 'orders',
    needs: 'SAFE',
    keys: ['Delete'],
  },
  {
    id: 'executions.stop',
    title: 'Stop orders that are worked over time',
    group: 'Trade',
    scope: 'global',
    needs: 'SAFE',
    keys: [],
  },
  {
    id: 'order.cancel-all',
    title: 'Cancel all, keeping protective stops',
    group: 'Safety',
    scope: 'global',
    needs: 'SAFE',
    keys: ['Ctrl+Shift+Delete'],
    times: { count: 2, withinMs: 2000 },
  },
  {
    id: 'order.cancel-everything',
    title: 'Cancel all, protective stops too',
    group: 'Safety',
    scope: 'global',
    needs: 'SAFE',
    keys: ['Ctrl+Alt+Shift+Delete'],
    times: { count: 2, withinMs: 2000 },
  },
  automation('off', 'none'),
  automation('observe', 'SAFE'),
  automation('suggest', 'SAFE'),
  automation('confirm', 'SAFE'),
  automation('automatic', 'ARMED'),
  {
    id: 'keys.arm',
    title: 'Arm',
    group: 'Safety',
    scope: 'global',
    needs: 'SAFE',
    keys: ['Ctrl+Shift+A'],
    holdMs: 800,
  },
  {
    id: 'keys.disarm',
    title: 'Disarm',
    group: 'Safety',
    scope: 'global',
    needs: 'none',
    keys: ['Ctrl+Shift+D', 'Escape Escape'],
  },
  { id: 'keys.lock', title: 'Lock keys', group: 'Safety', scope: 'global', needs: 'none', keys: ['Ctrl+L'] },
  { id: 'keys.unlock', title: 'Unlock keys', group: 'Safety', scope: 'global', needs: 'none', keys: [] },
  {
    id: 'engine.kill',
    title: 'Kill switch: block, cancel all, disarm',
    group: 'Safety',
    scope: 'global',
    needs: 'none',
    keys: ['Ctrl+Shift+X'],
    holdMs: 1500,
  },
  { id: 'engine.resume', title: 'Resume trading (ACTIVE)', group: 'Safety', scope: 'global', needs: 'SAFE', keys: [] },
];

export function commandById(id: string): CommandEntry | undefined {
  return COMMANDS.find((one) => one.id === id);
}
