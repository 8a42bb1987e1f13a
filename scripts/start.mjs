// npm start: sets up what is missing, then runs the app. Its arguments go to the app.
import { buildIfStale } from './build.mjs';
import { ROOT, runInForeground, runScript, say } from './checkout.mjs';
import { openDisplay } from './display.mjs';
import { machineSwitches, runtimeEnvironment } from './electron-runtime.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  const electron = await setUp();
  await buildIfStale();
  const display = await openDisplay();
  // Without a screen nobody sees the window: the app prints its risk report and where it puts a screenshot.
  // Chromium's own complaints about the missing desktop (no bus, no GPU) would drown it.
  const headless = display.isVirtual ? ['--log-level=3', '--headless-report'] : [];
  if (display.isVirtual) say(`no display: running on a virtual one (${display.env.DISPLAY})`);
  try {
    const args = [ROOT, ...machineSwitches(), ...headless, ...process.argv.slice(2)];
    const env = { ...runtimeEnvironment(electron), ...display.env };
    // A second signal would cut short the app's orderly end, and groups are signalled as a whole by some callers.
    return (await runInForeground(electron.executable, args, { env, inOwnGroup: true })).code;
  } finally {
    await display.stop();
  }
});
