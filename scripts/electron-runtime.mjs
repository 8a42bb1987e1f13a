// Answers one question: which Electron does this checkout run?
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runScript, runTool, StepFailed, say } from './checkout.mjs';
import { bundleFolder, provideBundle } from './electron-bundle.mjs';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
const PROBE_MS = 5_000;
const DOWNLOAD_MS = 15 * 60_000;

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable
 * @property {string} version such as 45.4.1, or `unknown`
 * @property {string | null} sqliteModulePath better-sqlite3 compiled for this runtime; null where the package's own fits
 */

/**
 * @param {string} folder a folder with an unpacked Electron
 * @returns {ElectronRuntime | null} null where there is no executable
 */
function runtimeIn(folder) {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const executable = join(
    folder,
    process.platform in names ? names[/** @type {'win32'} */ (process.platform)] : 'electron',
  );
  if (!existsSync(executable)) return null;
  const versionFile = join(folder, 'version');
  const sqlite = join(folder, 'node_modules', 'better-sqlite3');
  return {
    executable,
    version: existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : 'unknown',
    sqliteModulePath: existsSync(sqlite) ? sqlite : null,
  };
}

/** The package's own download, where it has been made and is of the version that the lock file names. */
function installedRuntime() {
  const runtime = runtimeIn(join(PACKAGE, 'dist'));
  const wanted = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version;
  return runtime?.version === wanted ? runtime : null;
}

/** Whether the server that Electron's installer downloads from accepts a connection within a few seconds. */
function isReleaseServerReachable() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com';
  const { hostname, port, protocol } = new URL(mirror);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'http:' ? 80 : 443) });
    const answer = (/** @type {boolean} */ reachable) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(PROBE_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** @param {string[]} tried what has been tried so far; a line is added where this way fails */
async function downloadWithInstaller(tried) {
  // A bundle is made only where the server was out of reach; without this every start would wait for the probe again.
  if (existsSync(bundleFolder())) return null;
  if (!(await isReleaseServerReachable())) {
    tried.push('its release server cannot be reached');
    return null;
  }
  say('downloading Electron with its own installer …');
  const { code, text } = await runTool('node_modules/electron/install.js', [], {
    output: 'capture',
    timeoutMs: DOWNLOAD_MS,
  });
  const runtime = code === 0 ? installedRuntime() : null;
  if (runtime === null) tried.push(`its installer failed (${text.trim().split('\n')[0] || `exit code ${code}`})`);
  return runtime;
}

/** @param {string[]} tried */
async function bundledRuntime(tried) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    tried.push(`there is no bundle in the npm registry for ${process.platform} ${process.arch}`);
    return null;
  }
  try {
    const folder = await provideBundle();
    const runtime = runtimeIn(folder);
    if (runtime === null) tried.push(`${folder} holds no executable: remove the folder and try again`);
    return runtime;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    tried.push(error.message);
    return null;
  }
}

/**
 * Finds Electron, fetching it where that is needed; quick once it is there.
 * @returns {Promise<ElectronRuntime>}
 * @throws {StepFailed} naming everything that was tried
 */
export async function resolveElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const runtime = runtimeIn(override);
    if (runtime === null) throw new StepFailed(`ELECTRON_OVERRIDE_DIST_PATH=${override} holds no Electron`);
    return runtime;
  }
  /** @type {string[]} */
  const tried = [];
  const runtime = installedRuntime() ?? (await downloadWithInstaller(tried)) ?? (await bundledRuntime(tried));
  if (runtime !== null) return runtime;
  throw new StepFailed(
    `no Electron: ${tried.join('; ')}. Set ELECTRON_MIRROR to a server that holds its releases, ` +
      'or ELECTRON_OVERRIDE_DIST_PATH to a folder with an unpacked one.',
  );
}

/**
 * The command-line switches that the machine asks for, not the app.
 * @returns {string[]}
 */
export function machineSwitches() {
  // Chromium's sandbox refuses to run as root; packaged apps never get this switch.
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/**
 * @param {ElectronRuntime} runtime
 * @returns {Record<string, string | undefined>} what the app needs in its environment
 */
export function runtimeEnvironment(runtime) {
  return {
    ELECTRON_RUN_AS_NODE: undefined,
    NODE_OPTIONS: undefined,
    NODE_COMPILE_CACHE: undefined,
    KEEL_SQLITE: runtime.sqliteModulePath ?? undefined,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    process.stdout.write(`${JSON.stringify(await resolveElectron())}\n`);
    return 0;
  });
}
