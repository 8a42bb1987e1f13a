import type { CommandScope } from '#shared/ipc/commands.ts';

/** Panels whose command scope is named otherwise. */
const SCOPE_OF_PANEL: Readonly<Record<string, CommandScope>> = {
  positions: 'positions',
  orders: 'orders',
  risk: 'heatmap',
  hedge: 'hedge',
  ticket: 'ticket',
  chart: 'chart',
  payoff: 'payoff',
  margin: 'margin',
  venues: 'venues',
  book: 'book',
  review: 'review',
  journal: 'journal',
  start: 'start',
};

/** The panel that holds `element`: by its body, its part of the tab strip, or the selected tab of its tab set. */
export function panelOf(element: Element | null): string | null {
  const own = element?.closest<HTMLElement>('[data-panel], [data-panel-header]');
  if (own) return own.dataset.panel ?? own.dataset.panelHeader ?? null;
  const strip = element?.closest('.flexlayout__tabset');
  return strip?.querySelector<HTMLElement>('[data-panel-header]')?.dataset.panelHeader ?? null;
}

export interface Focus {
  readonly panel: string | null;
  readonly scopes: ReadonlySet<CommandScope>;
  /** Text is being typed: bare characters belong to it. */
  readonly typing: boolean;
  /** Inside a modal dialog: only safety commands and the palette's own key act. */
  readonly modal: boolean;
}

const TEXT_INPUTS = /^(?:text|search|url|email|tel|password|number|)$/;

export function isTyping(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) return TEXT_INPUTS.test(element.getAttribute('type') ?? '');
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLElement && element.isContentEditable;
}

/** What commands may act, from where the focus is. */
export function focusNow(): Focus {
  const element = document.activeElement;
  const panel = panelOf(element);
  const scopes = new Set<CommandScope>(['global']);
  const scope = panel === null ? undefined : SCOPE_OF_PANEL[panel];
  if (scope) scopes.add(scope);
  if (element?.closest('[role="grid"], [role="treegrid"]')) scopes.add('grid');
  return { panel, scopes, typing: isTyping(element), modal: document.querySelector('[data-dialog]') !== null };
}
