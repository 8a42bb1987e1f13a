import { isTyping, panelOf } from '#renderer/state/commands/focus.ts';
import { openDialog } from '#renderer/state/shell.ts';

/** The context menu of a panel is the palette with the panel's own commands. Answers the function that stops. */
export function watchContextMenu(target: Window): () => void {
  const open = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target : null;
    const panel = panelOf(element);
    if (panel === null || panel === 'start' || isTyping(element)) return;
    event.preventDefault();
    openDialog('palette', panel, true);
  };
  target.addEventListener('contextmenu', open);
  return () => target.removeEventListener('contextmenu', open);
}
