import type { Engine } from '#main/engine/engine.ts';
import type { Staged } from '#main/engine/staging.ts';
import type { DeskMethod } from '#main/replay/input.ts';
import type { ClientOrderId } from '#shared/units/ids.ts';
import type { Result } from '#shared/units/result.ts';
import type { Course, RecordedCommand } from './rerun-course.ts';
import { createIntended } from './rerun-orders.ts';

/** Who staged or sent by hand what a policy now does by itself. */
const HEDGE = 'hedge';

/**
 * Gives an engine the commands of a recorded session. What they name by id (staged groups, orders) is what has taken its
 * place in this run: the n-th that was staged, the n-th that was intended. Returns once a command has been answered.
 */
export function createRepeater(
  engine: Engine,
  course: Course,
  withoutHedges: boolean,
): (command: RecordedCommand) => Promise<void> {
  const staged = new Map<string, (string | null)[]>();
  const intended: ClientOrderId[] = [];
  const intendedBy = createIntended();

  engine.subscribe((notice) => {
    if (notice.type !== 'book') return;
    for (const { event } of notice.entries) {
      const one = intendedBy(event);
      // The policy's own hedges stand in nobody's place.
      if (one !== null && !(withoutHedges && one.origin === HEDGE)) intended.push(one.id);
    }
  });

  async function stage({ args, staged: run }: RecordedCommand): Promise<void> {
    const groups = staged.get(run) ?? [];
    staged.set(run, groups);
    if (withoutHedges && args[1] === HEDGE) {
      groups.push(null);
      return;
    }
    const answer = (await call('stage', args)) as Result<Staged>;
    if (answer.ok) groups.push(answer.value.id);
  }

  /** "stage-<run>-<number>": null where nothing stands in its place. */
  function groupFor(id: unknown): string | null {
    const [, run = '', number = ''] = String(id).split('-');
    return staged.get(run)?.[Number(number) - 1] ?? null;
  }

  function call(method: DeskMethod, args: readonly unknown[]): unknown {
    const run = engine[method] as (...args: readonly unknown[]) => unknown;
    return run(...args);
  }

  /** The arguments as they are to be given here; null where the command is for nothing that exists here. */
  function standIns({ method, args }: RecordedCommand): readonly unknown[] | null {
    const [first, ...others] = args;
    if (method === 'submitNow' && withoutHedges && args[1] === HEDGE) return null;
    if (method === 'commit' || method === 'drop') {
      const id = groupFor(first);
      return id === null ? null : [id, ...others];
    }
    if (method !== 'cancel') return args;
    const id = intended[course.orders.indexOf(String(first))];
    return id === undefined ? null : [id, ...others];
  }

  return async (command) => {
    if (command.method === 'stage') return stage(command);
    const args = standIns(command);
    if (args !== null) await call(command.method, args);
  };
}
