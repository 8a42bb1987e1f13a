import { useEffect } from 'react';
import { registerCommand } from '#renderer/state/commands/registry.ts';
import { useShell, WORKSPACE_IDS } from '#renderer/state/shell.ts';
import { panelsOf } from './layouts.ts';
import { PANEL_TITLES, type PanelId } from './panels.ts';

/** "Go to …" for every panel; a panel of another workspace brings that workspace with it. */
export function useGoCommands(go: (panel: PanelId) => boolean): void {
  useEffect(() => {
    const stops = (Object.keys(PANEL_TITLES) as PanelId[]).map((panel) =>
      registerCommand(`go.${panel}`, () => {
        if (go(panel)) return;
        const workspace = WORKSPACE_IDS.find((one) => panelsOf(one).includes(panel));
        if (workspace !== undefined) useShell.setState({ workspace, goTo: panel });
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [go]);
}
