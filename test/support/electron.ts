import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { ROOT } from '#scripts/checkout.mjs';
import { machineSwitches, resolveElectron, runtimeEnvironment } from '#scripts/electron-runtime.mjs';

export interface LaunchOptions {
  /** The profile's folder. Give the same one again to start where the last run stopped. */
  readonly userDataDir: string;
  /** Further arguments of the app, such as `--tape=march-2020`. */
  readonly args?: readonly string[];
  /** Added to the environment of the test run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the app; this checkout by default. */
  readonly root?: string;
}

export interface RunningKeel {
  readonly app: ElectronApplication;
  readonly window: Page;
  /** What the main process has written so far: the first thing to read when a test fails. */
  readonly output: () => string;
  /** Quits in good order. */
  readonly close: () => Promise<void>;
  /** Pulls the plug (SIGKILL) and waits until the process is gone. */
  readonly kill: () => Promise<void>;
}

function environment(...parts: readonly Readonly<Record<string, string | undefined>>[]): Record<string, string> {
  const merged: Record<string, string | undefined> = Object.assign({}, ...parts);
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Starts the built app (out/) in the real Electron and waits for its first window's document. */
export async function launchKeel(options: LaunchOptions): Promise<RunningKeel> {
  const runtime = await resolveElectron();
  const switches = machineSwitches();
  const app = await _electron.launch({
    executablePath: runtime.executable,
    args: [options.root ?? ROOT, ...switches, `--user-data-dir=${options.userDataDir}`, ...(options.args ?? [])],
    cwd: ROOT,
    env: environment(process.env, runtimeEnvironment(runtime), options.env ?? {}),
    chromiumSandbox: !switches.includes('--no-sandbox'),
  });
  const main = app.process();
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  main.stdout?.on('data', collect);
  main.stderr?.on('data', collect);
  const gone = new Promise<void>((resolve) => main.once('exit', () => resolve()));

  const window = await app.firstWindow();
  await window.waitForLoadState('domcontentloaded');
  return {
    app,
    window,
    output: () => output,
    close: () => app.close(),
    kill: async () => {
      main.kill('SIGKILL');
      await gone;
    },
  };
}
