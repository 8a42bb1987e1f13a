import { Actions, type Model, TabNode, TabSetNode } from 'flexlayout-react';
import { useEffect } from 'react';
import { panelOf } from '#renderer/state/commands/focus.ts';
import { isPanelId, type PanelId } from './panels.ts';

/** Tab sets in the order they are read: as the layout tree has them. */
function tabSets(model: Model): readonly TabSetNode[] {
  const found: TabSetNode[] = [];
  model.visitNodes((node) => {
    if (node instanceof TabSetNode && node.getChildren().length > 0) found.push(node);
  });
  const maximised = model.getMaximizedTabset();
  return maximised === undefined ? found : [maximised];
}

/** Panels in sight, in reading order. */
function visiblePanels(model: Model): readonly PanelId[] {
  return tabSets(model).flatMap((set) => {
    const id = set.getSelectedNode()?.getId();
    return id !== undefined && isPanelId(id) ? [id] : [];
  });
}

/** A panel that is still loading is waited for this long. */
const DRAWN_WITHIN_MS = 3_000;
const TRY_EVERY_MS = 40;

/** Gives the focus to a panel's main part once it is drawn; stops when the trader has gone elsewhere meanwhile. */
function focusWhenDrawn(panel: string, until = performance.now() + DRAWN_WITHIN_MS, given = false): void {
  const here = document.activeElement;
  if (given && here !== document.body && panelOf(here) !== panel) return;
  const section = document.querySelector<HTMLElement>(`section[data-panel="${panel}"]`);
  const drawn = section !== null && section.offsetParent !== null;
  if (drawn) (section.querySelector<HTMLElement>('[data-panel-focus]') ?? section).focus();
  const settled = drawn && section.querySelector('[aria-busy="true"]') === null;
  if (settled || performance.now() > until) return;
  setTimeout(() => focusWhenDrawn(panel, until, drawn), TRY_EVERY_MS);
}

/** Brings a panel of this model to the front and focuses it. False when the model has no such panel. */
export function focusPanel(model: Model, panel: PanelId): boolean {
  const node = model.getNodeById(panel);
  if (!(node instanceof TabNode)) return false;
  const set = node.getParent();
  const maximised = model.getMaximizedTabset();
  if (maximised !== undefined && maximised !== set) model.doAction(Actions.maximizeToggle(maximised.getId()));
  if (!node.isSelected()) model.doAction(Actions.selectTab(panel));
  focusWhenDrawn(panel);
  return true;
}

/** The panel after (or before) the focused one; the first when none is. */
export function neighbourPanel(model: Model, step: 1 | -1): PanelId | null {
  const panels = visiblePanels(model);
  const here = panelOf(document.activeElement);
  const at = here !== null && isPanelId(here) ? panels.indexOf(here) : -1;
  if (at < 0) return (step === 1 ? panels[0] : panels.at(-1)) ?? null;
  return panels[(at + step + panels.length) % panels.length] ?? null;
}

export function toggleMaximised(model: Model): void {
  const maximised = model.getMaximizedTabset();
  if (maximised !== undefined) {
    model.doAction(Actions.maximizeToggle(maximised.getId()));
    return;
  }
  const here = panelOf(document.activeElement);
  const set = (here === null ? undefined : model.getNodeById(here)?.getParent()) ?? model.getActiveTabset();
  if (set instanceof TabSetNode) model.doAction(Actions.maximizeToggle(set.getId()));
}

/** Marks the frame of the panel that holds the focus. */
export function useFocusedFrame(): void {
  useEffect(() => {
    const mark = (): void => {
      const panel = panelOf(document.activeElement);
      const header = panel === null ? null : document.querySelector(`[data-panel-header="${panel}"]`);
      const frame = header?.closest('.flexlayout__tabset') ?? null;
      for (const other of document.querySelectorAll('.flexlayout__tabset[data-focused]')) {
        if (other !== frame) other.removeAttribute('data-focused');
      }
      frame?.setAttribute('data-focused', '');
    };
    document.addEventListener('focusin', mark);
    return () => document.removeEventListener('focusin', mark);
  }, []);
}
