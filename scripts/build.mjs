// Builds out/ when the sources have changed since the last build.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readStamp, runTool, StepFailed, say } from './checkout.mjs';

const STAMP = join(ROOT, 'out', '.sources');
const FOLDERS = ['shared', 'main', 'renderer'];
const FILES = ['package.json', 'package-lock.json', 'electron.vite.config.ts'];

/** One hash over the content of everything that goes into out/. */
function sourcesHash() {
  const hash = createHash('sha256');
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  for (const name of [...inFolders, ...FILES].sort()) {
    const file = join(ROOT, name);
    if (statSync(file).isFile()) hash.update(`${name}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Runs electron-vite when out/ does not match the sources. Its output goes to standard error. */
export async function buildIfStale() {
  const hash = sourcesHash();
  if (readStamp(STAMP) === hash) return;
  say('building …');
  const { code, text } = await runTool('node_modules/electron-vite/bin/electron-vite.js', ['build'], {
    output: 'capture',
  });
  if (code !== 0) throw new StepFailed(`the build failed\n${text}`);
  writeFileSync(STAMP, hash);
}
