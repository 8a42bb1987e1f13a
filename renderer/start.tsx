import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '#renderer/ui/base.css';
import { App } from '#renderer/app/App.tsx';
import { watchContextMenu } from '#renderer/app/context-menu.ts';
import { registerGlobalCommands } from '#renderer/app/global-commands.ts';
import { startAppearance } from '#renderer/state/appearance.ts';
import { startKeys } from '#renderer/state/commands/key-map.ts';
import { KeyListener } from '#renderer/state/commands/listener.ts';
import { watchFaults } from '#renderer/state/fault-toasts.ts';
import { connectStream } from '#renderer/state/stream.ts';

/** Puts the terminal into `root`: stream first, so that nothing that main sends is missed. */
export function startTerminal(root: HTMLElement): void {
  connectStream(window);
  new KeyListener(/mac/i.test(navigator.platform)).attach(window);
  registerGlobalCommands();
  watchContextMenu(window);
  watchFaults();
  void startAppearance();
  void startKeys();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
