import { basename, dirname } from 'node:path';
import { utilityProcess } from 'electron';
import type { Clock } from '#main/engine/ports.ts';
import type { Handlers } from '#main/ipc/router.ts';
import { storedSessions } from '#main/session/retention.ts';
import { KEEP_EVERYTHING, planRetention, type Retention } from '#shared/domain/retention.ts';
import { retention, type StorageRun, type StorageView } from '#shared/ipc/storage.ts';
import { toFault } from '#shared/units/result.ts';
import { DAY, HOUR } from '#shared/units/time.ts';
import type { Settings } from './settings.ts';

const SETTING = 'retention';
const PROGRESS = /(\d+) of (\d+):/g;

export interface StorageSetup {
  readonly sessions: string;
  readonly settings: Settings;
  readonly clock: Clock;
  /** The command line, which does the work in a process of its own: giving room back takes seconds. */
  readonly program: string;
  /** Id of the session that is open, which is left alone. */
  readonly open: () => string | null;
  readonly say: (line: string) => void;
}

type Running = NonNullable<StorageView['running']>;

function commandLine(sessions: string, { budgetBytes, keepDays }: Retention): readonly string[] {
  const budget = budgetBytes === null ? [] : ['--budget', `${(budgetBytes / 1e3).toFixed(3)}KB`];
  const days = keepDays === null ? [] : ['--keep-days', String(keepDays)];
  return ['data', 'retain', sessions, ...budget, ...days, '--yes'];
}

/** What a run's answer says of itself. */
function outcomeOf(text: string, at: number): StorageRun {
  const answer = JSON.parse(text) as {
    readonly done: readonly { readonly savedBytes: number; readonly step: { readonly file: string }; readonly fault: { readonly message: string } | null }[];
  }; // biome-ignore format: one shape
  const faults = answer.done.flatMap(({ step, fault }) => (fault === null ? [] : [`${step.file}: ${fault.message}`]));
  return { at, savedBytes: answer.done.reduce((sum, one) => sum + one.savedBytes, 0), faults };
}

/** Room on disk: what sessions take, and a policy for it that runs when asked or once a day by itself. */
export function storageHandlers(setup: StorageSetup): Pick<Handlers, 'storage.retain'> {
  const { sessions, settings, clock } = setup;
  let running: Running | null = null;
  let last: StorageRun | null = null;

  const policyNow = (): Retention => {
    const kept = settings.load(SETTING);
    if (kept === null) return KEEP_EVERYTHING;
    try {
      return retention.parse(JSON.parse(kept));
    } catch (thrown) {
      setup.say(`the retention policy cannot be read, so nothing is dropped: ${toFault(thrown).message}`);
      return KEEP_EVERYTHING;
    }
  };
  const look = (): StorageView => {
    const stored = storedSessions(sessions, setup.open());
    const policy = policyNow();
    const plan = planRetention(stored, policy, clock.now());
    const named = stored.map((one) => ({ ...one, session: basename(dirname(one.file)) }));
    return { sessions: named, policy, plan, running, last };
  };
  const run = (): void => {
    const { plan, policy } = look();
    if (running !== null || plan.steps.length === 0) return;
    running = { done: 0, of: plan.steps.length };
    const child = utilityProcess.fork(setup.program, [...commandLine(sessions, policy)], { stdio: 'pipe' });
    let [out, said] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, done, of] = [...said.matchAll(PROGRESS)].at(-1) ?? [];
      if (done !== undefined) running = { done: Number(done), of: Number(of) };
    });
    child.once('exit', () => {
      running = null;
      try {
        last = outcomeOf(out, clock.now());
      } catch {
        last = { at: clock.now(), savedBytes: 0, faults: [said.trim() || 'the run ended without a word'] };
      }
    });
  };
  clock.every(HOUR, () => {
    if (policyNow().auto && clock.now() - (last?.at ?? 0) >= DAY) run();
  });
  return {
    'storage.retain': async (wanted) => {
      if (wanted.act === 'policy') await settings.save(SETTING, JSON.stringify(wanted.policy));
      if (wanted.act === 'run') run();
      return look();
    },
  };
}
