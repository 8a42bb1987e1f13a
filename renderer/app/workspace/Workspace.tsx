import {
  Actions,
  type BorderNode,
  type ITabSetRenderValues,
  Layout,
  Model,
  type TabNode,
  TabSetNode,
  useUndo,
} from 'flexlayout-react';
import { ChevronDown, Maximize2, Minimize2 } from 'lucide-react';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { useShell, type WorkspaceId } from '#renderer/state/shell.ts';
import { HeaderSlot } from '#renderer/ui/panel-slots.tsx';
import './flexlayout.css';
import { defaultLayout, NARROW_BELOW } from './layouts.ts';
import { PanelContent } from './PanelContent.tsx';
import { focusPanel, neighbourPanel, toggleMaximised, useFocusedFrame } from './panel-focus.ts';
import { isPanelId, PANEL_TITLES, type PanelId } from './panels.ts';
import { loadLayout, saveLayout } from './saved-layout.ts';
import { useGoCommands } from './use-go-commands.ts';
import style from './Workspace.module.css';

/** Looking at another tab or panel changes nothing that could be taken back. */
const UNDO = { ignoreActionTypes: [Actions.SET_ACTIVE_TABSET, Actions.SELECT_TAB, Actions.MAXIMIZE_TOGGLE] };

const ICONS = {
  maximize: <Maximize2 size={12} aria-hidden="true" />,
  restore: <Minimize2 size={12} aria-hidden="true" />,
  // The count is for the eye: the button's name says what it is.
  more: (_: TabSetNode | BorderNode, hidden: readonly unknown[]) => (
    <span aria-hidden="true" className={style.more}>
      <ChevronDown size={12} />
      {hidden.length}
    </span>
  ),
};

const narrowQuery = window.matchMedia(`(max-width: ${NARROW_BELOW - 1}px)`);

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrowQuery.addEventListener('change', changed);
      return () => narrowQuery.removeEventListener('change', changed);
    },
    () => narrowQuery.matches,
  );
}

function content(node: TabNode) {
  const id = node.getComponent() ?? '';
  return isPanelId(id) ? <PanelContent id={id} /> : null;
}

/** Puts the selected panel's header parts into the tab strip. */
function header(node: unknown, values: ITabSetRenderValues): void {
  if (!(node instanceof TabSetNode)) return;
  const panel = node.getSelectedNode()?.getId();
  if (panel === undefined) return;
  values.stickyButtons.push(<HeaderSlot key={`${panel}-lead`} panel={panel} part="lead" className={style.lead} />);
  values.buttons.unshift(<HeaderSlot key={`${panel}-tail`} panel={panel} part="tail" className={style.tail} />);
}

interface DockProps {
  readonly workspace: WorkspaceId;
  readonly narrow: boolean;
  readonly first: Model;
}

function Dock({ workspace, narrow, first }: DockProps) {
  const { model, setModel, undo, redo } = useUndo(first, UNDO);
  const shown = model ?? first;
  const pending = useShell((shell) => shell.goTo);
  useEffect(() => {
    if (pending === null || !isPanelId(pending)) return;
    // The tour keeps the focus it has taken.
    if (useShell.getState().tour !== null || focusPanel(shown, pending)) useShell.setState({ goTo: null });
  }, [pending, shown]);

  const reset = useCallback(
    () => setModel(Model.fromJson(defaultLayout(workspace, narrow), shown), false),
    [setModel, workspace, narrow, shown],
  );
  const go = useCallback((panel: PanelId | null) => (panel === null ? false : focusPanel(shown, panel)), [shown]);
  useCommand('panel.next', () => go(neighbourPanel(shown, 1)));
  useCommand('panel.previous', () => go(neighbourPanel(shown, -1)));
  useCommand('panel.maximise', () => toggleMaximised(shown));
  useCommand('layout.undo', undo);
  useCommand('layout.redo', redo);
  useCommand('layout.reset', reset);
  useGoCommands(go);
  useFocusedFrame();

  return (
    <div className={style.dock}>
      <Layout
        model={shown}
        factory={content}
        icons={ICONS}
        realtimeResize
        supportsPopout={false}
        invalidateTabContentOnParentRender={false}
        onRenderTabSet={header}
        onModelChange={(changed) => saveLayout(workspace, narrow, changed)}
        i18nTranslator={(text) => (isPanelId(text) ? PANEL_TITLES[text] : text)}
      />
    </div>
  );
}

/** The docked panels of the chosen workspace. */
export function Workspace() {
  const workspace = useShell((shell) => shell.workspace);
  const narrow = useNarrow();
  const place = `${workspace}${narrow ? ' narrow' : ''}`;
  const [loaded, setLoaded] = useState<{ readonly place: string; readonly model: Model } | null>(null);
  useEffect(() => {
    let wanted = true;
    void loadLayout(workspace, narrow).then((model) => {
      if (wanted) setLoaded({ place, model });
    });
    return () => {
      wanted = false;
    };
  }, [workspace, narrow, place]);
  if (loaded === null || loaded.place !== place) return <div className={style.dock} aria-busy="true" />;
  return <Dock key={place} workspace={workspace} narrow={narrow} first={loaded.model} />;
}
