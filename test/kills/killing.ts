import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type SeededStream, seededStream } from '#shared/market/seeded.ts';
import { type DeskProcess, startDesk } from './desk-process.ts';
import { type Ground, openGround } from './ground.ts';
import type { FromDesk, Question } from './words.ts';

/**
 * Where in an order's life the desk dies: while it recovers, around the write of the intent, with the order on the wire
 * and not taken, taken and not answered, or around the answer.
 */
const POINTS = ['start', 'persist', 'on-wire', 'taken', 'answer'] as const;
type KillPoint = (typeof POINTS)[number];

export interface KillCounts {
  readonly kills: Record<KillPoint, number>;
  /** Orders that were sent twice, and fills that are in the journal twice. */
  duplicates: number;
  /** Orders at the venue that no journal has, or that only one of the two holds for open. */
  orphans: number;
  /** Entries of the journal that were acknowledged and are gone. */
  lost: number;
  /** Orders still UNKNOWN, fills missing and positions unlike the venue's when a desk had recovered. */
  unsettled: number;
  recoveries: number;
  orders: number;
  fills: number;
  acknowledged: number;
}

export interface KillingSetup {
  /** Of the desk, as one file. */
  readonly script: string;
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  onProgress(done: number, counts: KillCounts): void;
}

interface Plan {
  /** `verify`: as soon as it has recovered; not counted. */
  readonly point: KillPoint | 'verify';
  /** The how-many-eth order. */
  readonly nth: number;
  readonly delayMs: number;
}

/** Kills that share a journal and a venue: the later ones recover a longer history. */
const PER_GROUND = 20;
/** Recovering takes about this long, and around an order's write or answer this is where something happens. */
const [START_MS, ORDER_MS] = [40, 1.5];
/** A gate that lets nothing pass would keep the desk alive for ever. */
const PATIENCE = 30;
const AHEAD = 2;

/** Nothing else may run in between: it is the moment that is drawn. */
function wait(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

const VERIFY: Plan = { point: 'verify', nth: 0, delayMs: 0 };

/** Every point as often as the others; which order it is and when exactly are drawn. */
function drawn(number: number, { uniform }: SeededStream): Plan & { readonly point: KillPoint } {
  const point = POINTS[number % POINTS.length] ?? 'start';
  return { point, nth: Math.floor(uniform() * 4), delayMs: uniform() * (point === 'start' ? START_MS : ORDER_MS) };
}

/** One desk from its first word to its death. What it had put on the wire reaches the venue, or does not. */
async function live(ground: Ground, desk: DeskProcess, plan: Plan, random: SeededStream): Promise<void> {
  const { point, nth, delayMs } = plan;
  let [placed, dead] = [0, false];
  const kill = (after = 0): void => {
    wait(after);
    desk.child.kill('SIGKILL');
    dead = true;
  };
  /** An order on the wire: it may be in the venue's hands when its sender is gone. */
  const hearOrder = (line: Question): void => {
    if (dead) {
      if (random.uniform() < 0.5) ground.take(line);
      return;
    }
    const due = placed === nth;
    placed += 1;
    if (due && point === 'on-wire') kill();
    else if (due && point === 'taken') {
      ground.take(line);
      kill();
    } else ground.answer(desk, line);
    if (due && point === 'answer') setImmediate(kill, delayMs);
  };
  const hearQuestion = (line: Question): void => {
    if (line.what === 'execute' && ground.isPlace(line.args[0])) hearOrder(line);
    else if (!dead) ground.answer(desk, line);
  };
  const hearSubmitting = (at: number): void => {
    if (!dead && (at > PATIENCE || (point === 'persist' && at === nth))) kill(delayMs);
  };
  const hear = (line: FromDesk): void => {
    if ('ask' in line) hearQuestion(line);
    else if (line.say === 'acknowledged') ground.acknowledged(line.seq);
    else if (line.say === 'submitting') hearSubmitting(line.at);
    else if (line.say === 'rest') {
      ground.check(line.report);
      if (point === 'verify') kill();
    }
  };
  const gone = new Promise((resolve) => desk.child.once('close', resolve));
  await desk.warm;
  desk.onLine = hear;
  ground.begin(desk, Math.floor(random.uniform() * 2 ** 31));
  if (point === 'start') setTimeout(kill, delayMs);
  await gone;
  if (!dead) throw new Error('the desk ended before it was killed');
  ground.left();
}

/** Kills desks one after the other and counts what is wrong when the next one has recovered. */
export async function killDesks({ script, folder, kills, seed, onProgress }: KillingSetup): Promise<KillCounts> {
  const random = seededStream(seed, 9);
  const counts: KillCounts = {
    kills: { start: 0, persist: 0, 'on-wire': 0, taken: 0, answer: 0 },
    ...{ duplicates: 0, orphans: 0, lost: 0, unsettled: 0, recoveries: 0, orders: 0, fills: 0, acknowledged: 0 },
  };
  const ahead = Array.from({ length: AHEAD }, () => startDesk(script));
  const next = (): DeskProcess => {
    ahead.push(startDesk(script));
    return ahead.shift() ?? startDesk(script);
  };
  let [begun, done] = [0, 0];
  /** One journal and venue after the other, until all kills have begun. */
  const lane = async (): Promise<void> => {
    while (begun < kills) {
      const here = Math.min(PER_GROUND, kills - begun);
      const file = join(folder, `kills-${begun}.db`);
      const ground = openGround(file, counts, random);
      begun += here;
      for (let life = 0; life < here; life++) {
        const plan = drawn(life, random);
        await live(ground, next(), plan, random);
        counts.kills[plan.point] += 1;
        onProgress(++done, counts);
      }
      await live(ground, next(), VERIFY, random);
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
  } finally {
    for (const one of ahead) one.child.kill('SIGKILL');
  }
  return counts;
}
