// Installs what the lock file names, when it is not installed yet.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_24, ROOT, readStamp, run, StepFailed, say } from './checkout.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.keel-lock');
/** npm writes this file last, so it is there only after an install that went through. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex');
}

function areDependenciesInstalled() {
  if (!existsSync(INSTALLED) || !existsSync(NODE_24)) return false;
  const stamp = readStamp(STAMP);
  // Without a stamp the developer has run npm by hand: trust it while it is newer than the lock file.
  return stamp === null ? statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs : stamp === lockHash();
}

/**
 * Runs the npm that the user has chosen.
 * @param {readonly string[]} args
 * @param {import('./checkout.mjs').RunOptions} [options]
 */
export function runNpm(args, options) {
  // npm tells the scripts it runs where it is and on which Node it runs; that Node stays where it is, while the one
  // that runs this script may be the very devDependency that npm is about to replace.
  const cli = process.env.npm_execpath;
  const node = process.env.npm_node_execpath ?? process.execPath;
  return cli ? run(node, [cli, ...args], options) : run('npm', args, options);
}

/** @param {readonly string[]} args */
async function npm(args) {
  const { code } = await runNpm([...args, '--no-audit', '--no-fund', '--loglevel=error'], { output: 'stderr' });
  if (code !== 0) throw new StepFailed(`npm ${args[0]} ended with exit code ${code}; its own lines above say why`);
}

/** Runs `npm ci` when node_modules does not hold what the lock file names. Quick when it does. */
export async function installDependencies() {
  if (!areDependenciesInstalled()) {
    say('installing dependencies with npm ci …');
    // One install step is approved in package.json. Only npm 11 reads that; older ones would run every step there is
    // and compile better-sqlite3, which ships its binaries, on machines that may have no compiler.
    await npm(['ci', '--include=dev', '--ignore-scripts']);
    await npm(['rebuild', 'node', '--ignore-scripts=false']);
  }
  if (readStamp(STAMP) !== lockHash()) writeFileSync(STAMP, lockHash());
}
