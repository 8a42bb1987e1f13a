import { DEFAULT_POLICIES } from '#main/session/control/ground.ts';
import { DEFAULT_POLICY } from '#shared/control/hedge-policy.ts';
import type { ControlPolicies } from '#shared/ipc/control-policy-file.ts';
import { type DurationMs, SECOND } from '#shared/units/time.ts';
import { createControlRoom, letAllLoose } from '#test/support/control-room.ts';
import { type Bench, median, percentile } from './figures.ts';

/** So narrow that nearly every report is answered with an order. */
const NARROW = new Map([
  ['BTC', { ...DEFAULT_POLICY, band: { rule: 'fixed' as const, halfWidth: 1e-3 }, minimumClip: 1e-4 }],
]);
const WIDE = { perOrderUsd: 200_000, notionalUsd: 1e9, orders: 100_000, lossUsd: 1e9, gasUsd: 1e9 };

interface Course {
  readonly rounds: number;
  /** Tape time from one report to the next. */
  readonly every: DurationMs;
  /** Of the tape against the engine. */
  readonly speed: number;
  /** Tape time before the first. */
  readonly after: DurationMs;
  readonly policies: ControlPolicies;
}

interface Run {
  readonly reports: readonly number[];
  readonly loops: readonly number[];
  /** Of the rounds that sent something. */
  readonly acting: readonly number[];
}

async function run({ rounds, every, speed, after, policies }: Course): Promise<Run> {
  const room = await createControlRoom({ tape: 'march-2020', speed, reportEvery: 3600 * SECOND, policies });
  await room.round();
  await room.runTo(room.exchange.now + after);
  await letAllLoose(room, { budget: WIDE, coolDownMs: SECOND });
  // Both the solver's code and the loop's are warm, as in a session that has run a while.
  for (let at = 0; at < 60; at++) {
    await room.runTo(room.exchange.now + every);
    await room.round();
  }
  const [reports, loops, acting]: [number[], number[], number[]] = [[], [], []];
  let sent = room.sent();
  for (let at = 0; at < rounds; at++) {
    await room.runTo(room.exchange.now + every);
    const { reportMs, loopMs } = await room.round();
    reports.push(reportMs);
    loops.push(loopMs);
    if (room.sent() > sent) acting.push(loopMs);
    sent = room.sent();
  }
  return { reports, loops, acting };
}

/**
 * From a risk report to what has passed the gate and left: all controllers automatic on the demo book in a fall, over the
 * median time of the report itself, every what-if made on the spot. `control_loop_vs_report`: the 99th percentile of all
 * reports of the fall at a report a second of tape; `_fast`: with the tape at sixty times, twelve seconds a report;
 * `_acting`: of a band so narrow that nearly every report is answered with an order, those that were.
 */
export const controlLoop: Bench = async ({ quick, say }) => {
  const real = await run({
    rounds: quick ? 600 : 3_600,
    every: SECOND,
    speed: 1,
    after: 5_400 * SECOND,
    policies: DEFAULT_POLICIES,
  });
  const fast = await run({
    rounds: quick ? 300 : 1_200,
    every: 12 * SECOND,
    speed: 60,
    after: 0,
    policies: DEFAULT_POLICIES,
  });
  const narrow = await run({
    rounds: quick ? 100 : 400,
    every: 120 * SECOND,
    speed: 60,
    after: 0,
    policies: { ...DEFAULT_POLICIES, hedge: NARROW },
  });
  const told = (name: string, { reports, loops, acting }: Run): void => {
    const at = [0.5, 0.9, 0.99].map((q) => percentile(loops, q).toFixed(2));
    say(`control loop, ${name}: ${at.join(' / ')} ms at 50 / 90 / 99 %, ${acting.length} of ${loops.length} acted, report ${median(reports).toFixed(2)} ms`); // biome-ignore format: one line
  };
  told('a report a second', real);
  told('sixtyfold', fast);
  told('narrow band', narrow);
  return {
    control_loop_vs_report: percentile(real.loops, 0.99) / median(real.reports),
    control_loop_median_vs_report: median(real.loops) / median(real.reports),
    control_loop_p99_ms: percentile(real.loops, 0.99),
    control_loop_fast_vs_report: percentile(fast.loops, 0.99) / median(fast.reports),
    control_loop_fast_median_vs_report: median(fast.loops) / median(fast.reports),
    control_loop_acting_vs_report: percentile(narrow.acting, 0.99) / median(narrow.reports),
    control_loop_acting_median_vs_report: median(narrow.acting) / median(narrow.reports),
    control_loop_acts: real.acting.length + fast.acting.length + narrow.acting.length,
  };
};
