// A display for Electron: the user's own, or a virtual one (Xvfb) that lives as long as it is needed.
import { spawn } from 'node:child_process';
import { StepFailed } from './checkout.mjs';

/** Runs the server until the shell's own input closes. The server alone keeps descriptor 3, where it tells its number. */
const SERVER = 'Xvfb -displayfd 3 -screen 0 1680x1000x24 -nolisten tcp & exec 3>&-; cat; kill $!; wait';

/** Whether windows can be shown here without further ado. Only Linux can lack a display. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * @typedef {object} Display
 * @property {boolean} isVirtual
 * @property {Record<string, string>} env what a program needs in its environment to use the display
 * @property {() => Promise<void>} stop
 */

/**
 * Starts Xvfb on a free display number where the machine has no display.
 * @returns {Promise<Display>}
 */
export async function openDisplay() {
  if (hasDisplay()) return { isVirtual: false, env: {}, stop: () => Promise.resolve() };
  // The input closes however this process ends. Detached: Ctrl+C must reach the app first, which still needs the
  // display to close its windows.
  const server = spawn('sh', ['-c', SERVER], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'], detached: true });
  const gone = new Promise((resolve) => server.on('exit', resolve));
  const stop = async () => {
    server.stdin?.end();
    await gone;
  };
  const number = await new Promise((resolve) => {
    server.stdio[3]?.once('data', (line) => resolve(String(line).trim())).once('end', () => resolve(null));
  });
  if (number === null) {
    await stop();
    throw new StepFailed('there is no display, and Xvfb (package xvfb) could not be started');
  }
  return { isVirtual: true, env: { DISPLAY: `:${number}` }, stop };
}
