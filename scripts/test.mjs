// npm test: sets up what is missing, then runs every check and prints one line with the totals.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from './build.mjs';
import { NODE_24, ROOT, runInForeground, runScript, StepFailed, say } from './checkout.mjs';
import { installDependencies } from './dependencies.mjs';
import { resolveElectron } from './electron-runtime.mjs';
import { installSystemPackages } from './system-packages.mjs';

const RESULTS = join(ROOT, 'test-results');
/** What the tests run as programs of their own, hundreds of times, is compiled once. */
const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled') };

/** @typedef {{ passed: number, failed: number }} Totals */

/**
 * @param {string} tool path relative to the checkout
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
async function runCheck(tool, args) {
  const { code, isInterrupted } = await runInForeground(NODE_24, [join(ROOT, tool), ...args], { env: COMPILED });
  if (isInterrupted) throw new StepFailed('interrupted');
  return code;
}

/**
 * A check without tests of its own counts as one failed test where it fails.
 * @param {string} name
 * @param {string} tool path relative to the checkout
 * @param {string[]} args
 * @returns {Promise<Totals>}
 */
async function check(name, tool, args) {
  say(`${name} …`);
  const code = await runCheck(tool, args);
  return { passed: 0, failed: code === 0 ? 0 : 1 };
}

/** @returns {Promise<Totals>} */
async function build() {
  try {
    await buildIfStale();
    return { passed: 0, failed: 0 };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(error.message);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Runs one project of vitest.config.ts.
 * @param {string} project
 * @returns {Promise<Totals>}
 */
async function vitest(project) {
  say(`${project} tests …`);
  const report = join(RESULTS, `${project}.json`);
  rmSync(report, { force: true });
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runCheck('node_modules/vitest/vitest.mjs', args);
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that cannot be loaded fails the run without failing a test.
  return { passed, failed: code === 0 ? failed : Math.max(1, failed) };
}

await runScript(async () => {
  await installDependencies();
  await installSystemPackages();
  mkdirSync(RESULTS, { recursive: true });
  const [, ...totals] = await Promise.all([
    resolveElectron(),
    check('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']),
    check('types', 'node_modules/typescript/bin/tsc', ['--build']),
    build(),
  ]);
  for (const project of ['unit', 'e2e']) totals.push(await vitest(project));
  const passed = totals.reduce((sum, part) => sum + part.passed, 0);
  const failed = totals.reduce((sum, part) => sum + part.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
});
