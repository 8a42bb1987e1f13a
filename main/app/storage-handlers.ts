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
/** How the command line begins to say why it cannot. */
const FAILED = 'keel data:';

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

interface Answer {
  readonly done: readonly {
    readonly savedBytes: number;
    readonly step: { readonly file: string };
    readonly fault: { readonly message: string } | null;
  }[];
}

/** What the command has printed so far as its answer; null until it is whole. */
function answerIn(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return null;
  }
}

function outcomeOf({ done }: Answer, at: number): StorageRun {
  const faults = done.flatMap(({ step, fault }) => (fault === null ? [] : [`${step.file}: ${fault.message}`]));
  return { at, savedBytes: done.reduce((sum, one) => sum + one.savedBytes, 0), faults };
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
    const finish = (outcome: StorageRun): void => {
      [running, last] = [null, outcome];
      // A utility process does not end by itself.
      child.kill();
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const answer = answerIn(out);
      if (answer !== null) finish(outcomeOf(answer, clock.now()));
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, done, of] = [...said.matchAll(PROGRESS)].at(-1) ?? [];
      if (running !== null && done !== undefined) running = { done: Number(done), of: Number(of) };
      if (said.includes(FAILED)) finish({ at: clock.now(), savedBytes: 0, faults: [said.trim()] });
    });
    child.once('exit', () => {
      if (running !== null) finish({ at: clock.now(), savedBytes: 0, faults: ['the run ended before its work'] });
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
