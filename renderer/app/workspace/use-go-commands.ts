import { useEffect } from 'react';
import { registerCommand } from '#renderer/state/commands/registry.ts';
import { useShell } from '#renderer/state/shell.ts';
import { panelsOf } from './layouts.ts';
import { PANEL_TITLES, type PanelId } from './panels.ts';

/** "Go to …" for every panel; a panel of the other workspace brings that workspace with it. */
export function useGoCommands(go: (panel: PanelId) => boolean): void {
  useEffect(() => {
    const stops = (Object.keys(PANEL_TITLES) as PanelId[]).map((panel) =>
      registerCommand(`go.${panel}`, () => {
        if (go(panel)) return;
        const { workspace } = useShell.getState();
        const other = workspace === 'risk' ? 'trade' : 'risk';
        if (panelsOf(other).includes(panel)) useShell.setState({ workspace: other, goTo: panel });
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [go]);
}
