import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineLimits, limitsFrom } from '#main/engine/limits.ts';
import { outcomeOf } from '#main/session/outcome.ts';
import { replaySession } from '#main/session/replay.ts';
import { type Rules, rerun } from '#main/session/rerun.ts';
import { courseOf } from '#main/session/rerun-course.ts';
import { NO_TAPE } from '#main/session/session-venues.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { JOURNAL_FORMAT } from '#main/store/migrations/index.ts';
import { openForReading } from '#main/store/open-store.ts';
import { entriesAfter } from '#main/store/queries.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { policyFile, policyFrom } from '#shared/ipc/hedge-policy-file.ts';
import { parseJson } from '#shared/units/reading.ts';
import { unwrap } from '#shared/units/result.ts';
import {
  type Command,
  DONE,
  FAILED,
  type Output,
  options,
  readInput,
  required,
  toJson,
  usageFault,
} from './command.ts';

const RESOURCES = join(fileURLToPath(new URL('..', import.meta.url)), '..', 'resources');

const CHANGES = {
  policy: { type: 'string' },
  limits: { type: 'string' },
  latency: { type: 'string' },
  fees: { type: 'string' },
} as const;
type Changes = { readonly [K in keyof typeof CHANGES]?: string | undefined };

function numberOf(text: string, flag: string, least: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw usageFault(`${flag}: expected a number from ${least}, was "${text}"`);
}

function hedgeOf(file: string): Rules['hedge'] {
  const policy = readInput(policyFile, file);
  return { policy: policyFrom(policy, 'rule'), underlying: policy.underlying, ratio: policy.ratio };
}

/** The rules to change; limits are null where the session's own hold. Null where nothing is to be changed. */
function changedRules({ policy, limits, latency, fees }: Changes): (Omit<Rules, 'limits'> & Limits) | null {
  if ([policy, limits, latency, fees].every((one) => one === undefined)) return null;
  return {
    limits: limits === undefined ? null : unwrap(limitsFrom(parseJson(readFileSync(limits, 'utf8'), limits))),
    hedge: policy === undefined ? null : hedgeOf(policy),
    latencyMs: latency === undefined ? null : numberOf(latency, '--latency', 1),
    feeFactor: fees === undefined ? 1 : numberOf(fees, '--fees', 0),
  };
}

interface Limits {
  readonly limits: EngineLimits | null;
}

/** The session as recorded, run again under its own rules, and under others. */
async function compare(read: ReadHandle, rules: Omit<Rules, 'limits'> & Limits, output: Output): Promise<void> {
  const course = courseOf(read);
  if (course.tape === NO_TAPE)
    throw usageFault('what would have been can be told of sessions on a tape only, not at a venue');
  const resources = readPaperResources((name) => readFileSync(join(RESOURCES, name), 'utf8'), course.tape);
  const own: Rules = { limits: course.limits, hedge: null, latencyMs: null, feeFactor: 1 };
  output.say('running the session again under its own rules …');
  const same = await rerun(course, resources, own);
  output.say('… and under the others');
  const changed = await rerun(course, resources, { ...rules, limits: rules.limits ?? course.limits });
  output.result(toJson({ recorded: outcomeOf(entriesAfter(read, 0), [], Number.NaN), same, changed }));
}

export const replay: Command = {
  usage: 'keel replay SESSION.db [--policy POLICY.json] [--limits LIMITS.json] [--latency MS] [--fees FACTOR]',
  about:
    'replays a recorded session and prints the state hash; exit 1 when it differs from the recorded one. With other rules: what would have happened, side by side',
  async run(args, output) {
    const { values, positionals } = options(args, CHANGES);
    const file = required(positionals[0], 'SESSION.db');
    const rules = changedRules(values);
    const read = openForReading(file, JOURNAL_FORMAT);
    try {
      const runs = await replaySession(read);
      const last = runs.at(-1);
      const equal = runs.every((one) => one.difference === null);
      const hashes = { equal, file, hash: last?.hash ?? null, recorded: last?.recorded ?? null };
      if (!equal || rules === null) output.result(toJson({ ...hashes, runs }));
      else await compare(read, rules, output);
      return equal ? DONE : FAILED;
    } finally {
      read.close();
    }
  },
};
