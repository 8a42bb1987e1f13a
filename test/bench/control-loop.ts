import { DEFAULT_POLICIES } from '#main/session/control/ground.ts';
import { DEFAULT_POLICY } from '#shared/control/hedge-policy.ts';
import { SECOND } from '#shared/units/time.ts';
import { createControlRoom, letAllLoose } from '#test/support/control-room.ts';
import { type Bench, median, percentile } from './figures.ts';

/** So narrow that nearly every report is answered with an order. */
const NARROW = new Map([
  ['BTC', { ...DEFAULT_POLICY, band: { rule: 'fixed' as const, halfWidth: 1e-3 }, minimumClip: 1e-4 }],
]);
const WIDE = { perOrderUsd: 200_000, notionalUsd: 1e9, orders: 10_000, lossUsd: 1e9, gasUsd: 1e9 };

/**
 * From a risk report to orders that have passed the gate and left: all controllers automatic on the demo book in a fall,
 * the 99th percentile over the median time of the report itself. Every what-if of the proposals is in it, made on the spot
 * as the worker would make it.
 */
export const controlLoop: Bench = async ({ quick, say }) => {
  const room = await createControlRoom({
    tape: 'march-2020',
    speed: 60,
    reportEvery: 3600 * SECOND,
    policies: { ...DEFAULT_POLICIES, hedge: NARROW },
  });
  await room.round();
  await letAllLoose(room, { budget: WIDE, coolDownMs: SECOND });
  const reports: number[] = [];
  const loops: number[] = [];
  const rounds = quick ? 100 : 600;
  for (let at = 0; at < rounds; at++) {
    await room.runTo(room.exchange.now + 120 * SECOND);
    const { reportMs, loopMs } = await room.round();
    reports.push(reportMs);
    loops.push(loopMs);
  }
  const sent = room.events().filter((one) => one.type === 'order-intended').length;
  say(
    `control loop: ${sent} orders in ${rounds} rounds, loop ${median(loops).toFixed(2)} ms, report ${median(reports).toFixed(2)} ms`,
  );
  return {
    control_loop_vs_report: percentile(loops, 0.99) / median(reports),
    control_loop_median_vs_report: median(loops) / median(reports),
    control_loop_p99_ms: percentile(loops, 0.99),
    control_loop_orders: sent,
  };
};
