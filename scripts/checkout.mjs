// Where this checkout is, which Node its tools run on, and how a step is run and reported.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, absolute, without a slash at the end. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Node 24 of the devDependency `node`; the `node` found on the machine may be older than the tools need. */
export const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** An expected failure of a step: it is reported in one line, without a stack. */
export class StepFailed extends Error {}

/**
 * Progress goes to standard error; standard output belongs to the command's own answer.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`keel: ${line}\n`);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] working folder; the checkout by default
 * @property {Record<string, string | undefined>} [env] added to the environment; undefined removes a variable
 * @property {'inherit' | 'stderr' | 'capture'} [output] where standard output goes; `inherit` by default
 * @property {number} [timeoutMs] the process is ended after this time
 */

/**
 * @typedef {object} RunResult
 * @property {number} code exit code, 128 + signal number where a signal ended the process
 * @property {string} text what it wrote, where `output` is `capture`
 */

/**
 * Runs a program to its end. Rejects with StepFailed only where it cannot be started at all.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(program, args, options = {}) {
  const sink = /** @type {const} */ ({ inherit: 'inherit', stderr: 2, capture: 'pipe' })[options.output ?? 'inherit'];
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', sink, sink === 'pipe' ? 'pipe' : 'inherit'],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new StepFailed(`${program} cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => resolve({ code: exitCode(code, signal), text }));
  });
}

/**
 * The exit code a shell would show.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Runs a tool of the checkout (a JavaScript file in node_modules) on Node 24.
 * @param {string} file path relative to the checkout
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runTool(file, args, options) {
  return run(NODE_24, [join(ROOT, file), ...args], options);
}

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @typedef {object} ForegroundOptions
 * @property {Record<string, string | undefined>} [env] added to the environment; undefined removes a variable
 * @property {boolean} [inOwnGroup] the program gets each signal exactly once, from here, and no terminal input
 */

/**
 * Runs a program in the foreground: its output is ours, signals reach it, and it does not outlive this process.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {ForegroundOptions} [options]
 * @returns {Promise<{ code: number, isInterrupted: boolean }>} its exit code, and whether a signal came meanwhile
 */
export async function runInForeground(program, args, { env = {}, inOwnGroup = false } = {}) {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: [inOwnGroup ? 'ignore' : 'inherit', 'inherit', 'inherit'],
    detached: inOwnGroup,
  });
  let isInterrupted = false;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    isInterrupted = true;
    // In our own group a terminal's Ctrl+C has reached the program already.
    if (inOwnGroup || signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  const parent = process.ppid;
  const watch = setInterval(() => {
    // npm passes signals to its shell only: when that is gone, nobody else would end the program.
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) forward('SIGTERM');
  }, 1_000);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', (error) => reject(new StepFailed(`${program} cannot be started: ${error.message}`)));
      child.on('exit', (exit, signal) => resolve(exitCode(exit, signal)));
    });
    return { code, isInterrupted };
  } finally {
    clearInterval(watch);
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/**
 * The content of a stamp file, or null where there is none.
 * @param {string} file
 */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/**
 * Runs a script's main function: an expected failure is one line and exit code 1.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
