import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { carryOut, type StepDone, storedSessions } from '#main/session/retention.ts';
import { compact, dropTape, type Holdings, holdingsOf } from '#main/store/holdings.ts';
import { readTapes } from '#main/venues/paper/resources.ts';
import { planRetention, type Retention } from '#shared/domain/retention.ts';
import { type Fault, toFault } from '#shared/units/result.ts';
import { DAY, isoSeconds } from '#shared/units/time.ts';
import { type Command, DONE, FAILED, type Output, options, required, toJson, usageFault, within } from './command.ts';

const resources = join(fileURLToPath(new URL('../..', import.meta.url)), 'resources');
const DEEPEST = 4;
const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

interface Unread {
  readonly file: string;
  readonly fault: Fault;
}

/** Keel's own files below a folder: sessions and histories, not the paper venue's books or backups. */
function storesIn(place: string, depth = 0): readonly string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true }).flatMap((one) => {
    const path = join(place, one.name);
    if (one.isDirectory()) return depth < DEEPEST ? storesIn(path, depth + 1) : [];
    return one.isFile() && one.name.endsWith('.db') && one.name !== 'paper.db' ? [path] : [];
  });
}

function held(file: string): Holdings | Unread {
  try {
    return holdingsOf(file);
  } catch (thrown) {
    return { file, fault: toFault(thrown) };
  }
}

function budgetOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, figure, unit = ''] = /^(\d+(?:\.\d+)?)\s*(KB|MB|GB|TB)$/i.exec(text.trim()) ?? [];
  const bytes = Number(figure) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (bytes > 0) return bytes;
  throw usageFault(`--budget: expected a size such as 2GB, was "${text}"`);
}

/** Tapes that come with Keel. */
function bundled() {
  if (!existsSync(resources)) return [];
  return readTapes((name) => readFileSync(join(resources, name), 'utf8')).map((one) => ({
    ...{ id: one.id, title: one.title, from: isoSeconds(one.from), to: isoSeconds(one.to) },
    ...{ source: one.source, licence: one.licence },
  }));
}

function readable(one: Holdings | Unread): object {
  if ('fault' in one) return { file: one.file, unread: one.fault.message };
  const { tape, gaps, ...rest } = one;
  const span = tape === null ? null : { ...tape, from: isoSeconds(tape.from), to: isoSeconds(tape.to) };
  return { ...rest, tape: span, gaps: gaps.map(({ from, to }) => ({ from: isoSeconds(from), to: isoSeconds(to) })) };
}

function list(place: string, budget: number | null, { result, say }: Output): number {
  if (!existsSync(place)) throw usageFault(`${place}: there is no such file or folder`);
  const files = storesIn(place).map(held);
  const bytes = files.reduce((sum, one) => sum + ('fault' in one ? statSync(one.file).size : one.bytes), 0);
  const over = budget !== null && bytes > budget;
  result(toJson({ tapes: bundled(), files: files.map(readable), bytes, budget, overBudget: over }));
  if (!over) return DONE;
  say(`${bytes} bytes are more than the budget of ${budget}: keel data drop-tape FILE.db --keep-days N makes room`);
  return FAILED;
}

interface Wanted {
  readonly budget?: string | undefined;
  readonly 'keep-days'?: string | undefined;
  readonly yes: boolean;
}

/** Says what a policy would do to the sessions of a folder; with `yes` does it, file by file. */
function retain(place: string, wanted: Wanted, { result, say }: Output): number {
  if (!existsSync(place)) throw usageFault(`${place}: there is no such folder`);
  const days = wanted['keep-days'];
  const keepDays = days === undefined ? null : within(days, '--keep-days', 1, 36_500, false);
  const policy: Retention = { budgetBytes: budgetOf(wanted.budget), keepDays, auto: false };
  if (policy.budgetBytes === null && keepDays === null) throw usageFault('expected --budget, --keep-days or both');
  const plan = planRetention(storedSessions(place), policy, Date.now());
  const done: StepDone[] = [];
  if (wanted.yes) {
    for (const one of carryOut(plan.steps)) {
      done.push(one);
      say(
        `${done.length} of ${plan.steps.length}: ${one.step.file}: ${one.fault?.message ?? `${one.savedBytes} bytes`}`,
      );
    }
  } else say('nothing was done: add --yes to do this; a session without its recording can no longer be replayed');
  result(toJson({ policy, ...plan, done: wanted.yes ? done : null }));
  return plan.isOver || done.some((one) => one.fault !== null) ? FAILED : DONE;
}

export const data: Command = {
  usage:
    'keel data list FOLDER|FILE.db [--budget 2GB] | keel data retain SESSIONS [--budget 2GB] [--keep-days N] [--yes] | keel data compact FILE.db | keel data drop-tape FILE.db --keep-days N [--yes]',
  about:
    'tapes and histories: span, gaps, licence and disk use (exit 1 above the budget); keeps recordings within a budget or an age (a dry run without --yes); gives freed space back; drops old market data, never the journal',
  async run(args, output) {
    const { values, positionals } = options(args, {
      budget: { type: 'string' },
      'keep-days': { type: 'string' },
      yes: { type: 'boolean', default: false },
    });
    const [what = '', place] = positionals;
    if (what === 'retain') return retain(required(place, 'SESSIONS'), values, output);
    if (what === 'list') return list(required(place, 'FOLDER'), budgetOf(values.budget), output);
    if (what !== 'compact' && what !== 'drop-tape') {
      throw usageFault(`expected list, retain, compact or drop-tape, was "${what}"`);
    }
    const file = required(place, 'FILE.db');
    if (!existsSync(file)) throw usageFault(`${file}: there is no such file`);
    if (what === 'compact') {
      output.result(toJson({ file, savedBytes: compact(file) }));
      return DONE;
    }
    const days = within(required(values['keep-days'], '--keep-days N'), '--keep-days', 0, 36_500, false);
    if (!values.yes) {
      output.say('a session whose recording is cut can no longer be replayed; its journal stays. Add --yes to do it');
      return FAILED;
    }
    const chunks = dropTape(file, days * DAY);
    output.result(toJson({ file, droppedChunks: chunks, savedBytes: chunks === 0 ? 0 : compact(file) }));
    return DONE;
  },
};
