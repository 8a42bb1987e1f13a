// The same recordings come to the same state on the Node of the tests and on Electron's: two versions of V8, one result.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import { resolveElectron } from '#scripts/electron-runtime.mjs';
import { runProgram } from '#test/support/electron-journal.ts';
import { history, LIMITS, perform } from '#test/support/engine-actions.ts';
import { createEngineRoom } from '#test/support/engine-room.ts';
import { createMemoryLog } from '#test/support/memory-log.ts';
import { tellProgress, trials } from '#test/support/trials.ts';

const SESSIONS = trials(6);
const folder = mkdtempSync(join(tmpdir(), 'keel-runtimes-'));
const recordings = join(folder, 'recordings.jsonl');
const program = join(folder, 'replay.mjs');

interface Answer {
  readonly runtime: { readonly node: string; readonly v8: string };
  readonly sessions: readonly (readonly { readonly hash: string | null; readonly difference: string | null }[])[];
}

async function replayOn(executable: string, env: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { code, out, err } = await runProgram(executable, [program, recordings], { NODE_OPTIONS: undefined, ...env });
  expect(code, err).toBe(0);
  const [runtime, ...sessions] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { runtime, sessions };
}

/** Sessions with random faults; answers the states they were recorded with. */
async function record(): Promise<readonly (string | null)[]> {
  const recorded: (string | null)[] = [];
  for (const actions of fc.sample(history, { numRuns: SESSIONS, seed: 20200312 })) {
    const log = createMemoryLog();
    const room = createEngineRoom({ limits: LIMITS, record: log });
    await room.start().catch(() => undefined);
    for (const step of actions) await perform(room, step);
    await room.engine.stop();
    appendFileSync(recordings, `${JSON.stringify(log.recording(room.journal.entries))}\n`);
    const state = log.lines.findLast((line) => line.type === 'state');
    recorded.push(state?.type === 'state' ? state.hash : null);
    tellProgress('sessions recorded', recorded.length, SESSIONS);
  }
  return recorded;
}

beforeAll(async () => {
  await build({
    ...{ configFile: false, root: ROOT, logLevel: 'error' },
    build: {
      ...{ ssr: 'test/replay/replay-program.ts', target: 'node20.18', outDir: folder, emptyOutDir: false },
      rolldownOptions: { output: { format: 'es', entryFileNames: 'replay.mjs' } },
    },
    ssr: { noExternal: true },
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a recording on two runtimes', () => {
  it(`replays to the recorded state on both, ${SESSIONS} sessions with random faults`, { timeout: 1e7 }, async () => {
    const recorded = await record();
    const { executable } = await resolveElectron();
    const [node, electron] = [await replayOn(NODE_24), await replayOn(executable, { ELECTRON_RUN_AS_NODE: '1' })];
    expect(electron.runtime.v8).not.toBe(node.runtime.v8);
    expect(electron.sessions).toEqual(node.sessions);
    const hashes = electron.sessions.map((runs) => runs.map((one) => ({ ...one })));
    expect(hashes).toEqual(recorded.map((hash) => [{ hash, difference: null }]));
    expect(new Set(recorded).size).toBe(SESSIONS);
  });
});
