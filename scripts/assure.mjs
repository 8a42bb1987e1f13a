// npm run -s assure: the long form of the tests with chance in them: more trials, and new seeds for every property.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_24, ROOT, runInForeground, runScript, StepFailed, say } from './checkout.mjs';
import { setUp } from './setup.mjs';

const USAGE = `npm run -s assure -- [--full | --times N | --count N] [--seed N] [--only NAME[,NAME]] [--json]
  --times  how many times the trials of npm test; default 10
  --count  how many trials each, instead
  --full   100,000 schedules of faults, 1,000,000 messages for every parser, 10,000 kills, 1,000,000 lost answers,
           1,000 sessions, 10,000 ledgers: some hours
  --seed   of the first round of properties, default a new one
  --only   some of: faults, mutations, kills, acks, journal, canaries, corruption, sessions, ledger, router, properties`;

/** What is assured, and the tests that do it. */
const ASSURANCES = {
  kills: ['test/unit/desk-kill.test.ts'],
  acks: ['test/unit/lost-answers.test.ts'],
  journal: ['test/unit/store-kill.test.ts'],
  canaries: ['test/unit/keys/canaries.test.ts'],
  corruption: ['test/property/store-corruption.test.ts'],
  sessions: ['test/replay/sessions.test.ts', 'test/replay/runtimes.test.ts'],
  router: ['test/property/router.test.ts'],
  properties: ['test/property'],
};

/** What runs by itself, on every core, and tells its figures: the program, and how many a round of npm test has. */
const PROGRAMS = {
  faults: { script: 'test/assure/faults.ts', inSuite: 260 },
  ledger: { script: 'test/assure/ledger.ts', inSuite: 40 },
  mutations: { script: 'test/assure/mutations.ts', inSuite: 1_000 },
};

const TIMES = 10;

/**
 * How many --full is; of the rest, ten times npm test.
 * @type {Record<string, number>}
 */
const FULL = {
  faults: 100_000,
  mutations: 1_000_000,
  kills: 10_000,
  acks: 1_000_000,
  sessions: 1_000,
  ledger: 10_000,
};

/** @typedef {{ times: number, seed: number, count: number | null }} How */
/** @typedef {{ passed: number, failed: number, seconds: number, counts: object[] }} Outcome */

/**
 * @param {string[]} files
 * @param {Record<string, string>} env
 * @returns {Promise<Outcome>}
 */
async function round(files, env) {
  const report = join(ROOT, 'test-results', 'assure.json');
  const collected = join(ROOT, 'test-results', 'assure-counts.jsonl');
  for (const file of [report, collected]) rmSync(file, { force: true });
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const outputs = ['--reporter=json', `--outputFile.json=${report}`, '--reporter=verbose'];
  const args = [vitest, 'run', '--project', 'unit', '--testTimeout=0', ...outputs, ...files];
  const started = performance.now();
  // What the tests say goes to standard error: standard output is for the figures.
  const shell = ['-c', 'exec "$0" "$@" >&2', NODE_24, ...args];
  const { isInterrupted } = await runInForeground('sh', shell, { env: { ...env, KEEL_TEST_COUNTS: collected } });
  if (isInterrupted) throw new StepFailed('interrupted');
  const seconds = Math.round((performance.now() - started) / 1000);
  const lines = existsSync(collected) ? readFileSync(collected, 'utf8').trimEnd().split('\n') : [];
  const counts = lines.map((line) => JSON.parse(line));
  if (!existsSync(report)) return { passed: 0, failed: 1, seconds, counts };
  const { numPassedTests: passed, numFailedTests: failed, success } = JSON.parse(readFileSync(report, 'utf8'));
  return { passed, failed: success ? failed : Math.max(1, failed), seconds, counts };
}

/**
 * @param {{ script: string, inSuite: number }} program
 * @param {How} how
 */
async function run({ script, inSuite }, { times, seed, count }) {
  const output = join(ROOT, 'test-results', 'assure-program.json');
  rmSync(output, { force: true });
  const args = [join(ROOT, script), '--count', String(count ?? inSuite * times), '--seed', String(seed)];
  const shell = ['-c', `exec "$0" "$@" > '${output}'`, NODE_24, ...args];
  const { isInterrupted } = await runInForeground('sh', shell, {});
  if (isInterrupted) throw new StepFailed('interrupted');
  const text = existsSync(output) ? readFileSync(output, 'utf8') : '';
  return text === '' ? { failed: 1 } : JSON.parse(text);
}

/**
 * @param {string} name
 * @param {string[]} files
 * @param {How} how
 * @returns {Promise<Outcome>}
 */
async function assure(name, files, { times, seed, count }) {
  const often = count === null ? { KEEL_TEST_TIMES: String(times) } : { KEEL_TEST_COUNT: String(count) };
  if (name !== 'properties') return await round(files, often);
  /** @type {Outcome} */
  const total = { passed: 0, failed: 0, seconds: 0, counts: [] };
  for (let n = 0; n < times; n++) {
    say(`properties ${n + 1} of ${times}, seed ${seed + n}`);
    const one = await round(files, { KEEL_TEST_SEED: String(seed + n) });
    total.passed += one.passed;
    total.failed += one.failed;
    total.seconds += one.seconds;
    total.counts.push(...one.counts);
  }
  return total;
}

/**
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function wholeNumber(text, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new StepFailed(`${text} is no whole number above 0\n${USAGE}`);
  return value;
}

await runScript(async () => {
  const options = /** @type {const} */ ({
    times: { type: 'string' },
    seed: { type: 'string' },
    count: { type: 'string' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const { values } = parseArgs({ options });
  const only = values.only?.split(',') ?? [...Object.keys(PROGRAMS), ...Object.keys(ASSURANCES)];
  const unknown = only.find((name) => !(name in PROGRAMS || name in ASSURANCES));
  if (unknown !== undefined) throw new StepFailed(`${unknown} is none of them\n${USAGE}`);
  const isChosen = (/** @type {[string, unknown]} */ [name]) => only.includes(name);
  const programs = Object.entries(PROGRAMS).filter(isChosen);
  const chosen = Object.entries(ASSURANCES).filter(isChosen);
  const seed = wholeNumber(values.seed, Date.now() % 2 ** 31);
  const count = values.count === undefined ? null : wholeNumber(values.count, 1);
  const times = wholeNumber(values.times, TIMES);
  /** @param {string} name */
  const howOf = (name) => ({ times, seed, count: count ?? (values.full ? (FULL[name] ?? null) : null) });
  await setUp();
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  /** @type {Record<string, { failed: number }>} */
  const outcomes = {};
  for (const [name, program] of programs) {
    say(`${name} …`);
    outcomes[name] = await run(program, howOf(name));
  }
  for (const [name, files] of chosen) {
    const how = howOf(name);
    say(`${name}, ${how.count === null ? `${how.times} times as often as in npm test` : `${how.count} of each`} …`);
    outcomes[name] = await assure(name, files, how);
  }
  const failed = Object.values(outcomes).reduce((sum, one) => sum + one.failed, 0);
  if (values.json) process.stdout.write(`${JSON.stringify({ cores: cpus().length, seed, ...outcomes })}\n`);
  else for (const [name, one] of Object.entries(outcomes)) say(`${name}: ${JSON.stringify(one)}`);
  return failed === 0 ? 0 : 1;
});
