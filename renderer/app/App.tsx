import { CSPProvider } from '@base-ui/react/csp-provider';
import { lazy, Suspense, useEffect } from 'react';
import { AccountsDialog } from '#renderer/features/accounts/AccountsDialog.tsx';
import { call } from '#renderer/state/bridge.ts';
import { useShell } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { ToastStack } from '#renderer/ui/ToastStack.tsx';
import style from './App.module.css';
import { Footer } from './footer/Footer.tsx';
import { Metrics } from './header/Metrics.tsx';
import { StagedBanner } from './header/StagedBanner.tsx';
import { TopBar } from './header/TopBar.tsx';
import { About } from './help/About.tsx';
import { KeysHelp } from './help/KeysHelp.tsx';
import { TOUR_SETTING, Tour } from './help/Tour.tsx';
import { TypedConfirm } from './help/TypedConfirm.tsx';
import { Palette } from './palette/Palette.tsx';
import { StartScreen } from './start/StartScreen.tsx';
import { Workspace } from './workspace/Workspace.tsx';

/** Opened seldom: its code comes when it is. */
const KeysDialog = lazy(async () => ({
  default: (await import('#renderer/features/settings/KeysDialog.tsx')).KeysDialog,
}));

const AlertsDialog = lazy(async () => ({
  default: (await import('#renderer/features/settings/AlertsDialog.tsx')).AlertsDialog,
}));

function Dialogs() {
  const dialog = useShell((shell) => shell.dialog);
  switch (dialog) {
    case 'palette':
      return <Palette />;
    case 'keys':
      return <KeysHelp />;
    case 'about':
      return <About />;
    case 'accounts':
      return <AccountsDialog />;
    case 'settings-keys':
      return (
        <Suspense>
          <KeysDialog />
        </Suspense>
      );
    case 'settings-alerts':
      return (
        <Suspense>
          <AlertsDialog />
        </Suspense>
      );
    case 'arm':
    case 'kill':
      return <TypedConfirm what={dialog} />;
    case null:
      return null;
  }
}

/** The first session ever opens with the tour. */
function useFirstTour(session: string | null): void {
  useEffect(() => {
    if (session === null) return;
    void call('settings.load', { name: TOUR_SETTING }).then((answer) => {
      if (answer.ok && answer.value === null) useShell.setState({ tour: 0 });
    });
  }, [session]);
}

function Terminal({ session }: { readonly session: string }) {
  const armed = useTerminal((terminal) => terminal.status?.keys.state === 'ARMED');
  const tour = useShell((shell) => shell.tour);
  useFirstTour(session);
  return (
    <div className={style.terminal} data-armed={armed || undefined}>
      <header>
        <TopBar />
        <Metrics />
      </header>
      <main className={style.main}>
        <Workspace />
        <StagedBanner />
      </main>
      <Footer />
      {tour === null ? null : <Tour at={tour} />}
    </div>
  );
}

/** The window: start screen until a session runs, then the terminal. */
export function App() {
  const session = useTerminal((terminal) => terminal.status?.session ?? null);
  const choosing = useShell((shell) => shell.choosing);
  return (
    <CSPProvider disableStyleElements>
      {session === null || choosing ? <StartScreen current={session} /> : <Terminal key={session} session={session} />}
      <Dialogs />
      <ToastStack />
    </CSPProvider>
  );
}
