import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '#scripts/checkout.mjs';
import type { Bench } from './figures.ts';
import type { EngineReport, VenuesReady, VenuesReport } from './load/messages.ts';

const VENUES = 20;
/** Processes that the venues are spread over. */
const PROCESSES = 2;
const PER_SECOND = 5_000;
const PRIVATE_PER_SECOND = 20;
const WARM_UP_MS = 5_000;
/** What is on its way when the venues fall silent. */
const DRAIN_MS = 2_000;

function started(script: string): ChildProcess {
  return fork(join(ROOT, 'test/bench/load', script), { execArgv: ['--expose-gc'] });
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}

async function asked<T>(child: ChildProcess, order: object): Promise<T> {
  const answer = told<T>(child);
  child.send(order);
  return answer;
}

/** A minute at 1, ten at 10. */
function secondsOf(quick: boolean, long: boolean): number {
  return quick ? 10 : long ? 600 : 60;
}

/**
 * `load_…`: 20 simulated venues of 5,000 messages a second each, from other processes over real sockets, into 20 adapters
 * and the engine's market data on one event loop, as in the app's main process. What an idle process of the same machine
 * waited meanwhile is `load_idle_loop_max_ms`: what the machine, and not the load, does to a loop.
 */
export const load: Bench = async ({ quick, long, say }) => {
  const seconds = secondsOf(quick, long);
  const generators = Array.from({ length: PROCESSES }, () => started('venues.ts'));
  const engine = started('engine.ts');
  try {
    const count = VENUES / PROCESSES;
    const ready = await Promise.all(
      generators.map((one, i) => {
        const rates = { perSecond: PER_SECOND, privatePerSecond: PRIVATE_PER_SECOND };
        return asked<VenuesReady>(one, { task: 'venues', first: i * count, count, ...rates });
      }),
    );
    await asked(engine, { task: 'connect', urls: ready.flatMap((one) => one.urls) });
    for (const one of generators) one.send({ task: 'start' });
    await wait(WARM_UP_MS);
    engine.send({ task: 'begin' });
    const idle = monitorEventLoopDelay({ resolution: 1 });
    idle.enable();
    for (let left = seconds; left > 0; left -= 10) {
      await wait(Math.min(left, 10) * 1_000);
      say(`load: ${seconds - left + Math.min(left, 10)} of ${seconds} s`);
    }
    idle.disable();
    const reports = await Promise.all(generators.map((one) => asked<VenuesReport>(one, { task: 'stop' })));
    await wait(DRAIN_MS);
    const found = await asked<EngineReport>(engine, { task: 'end' });
    const sum = (of: (one: VenuesReport) => number) => reports.reduce((all, one) => all + of(one), 0);
    const [privateSent, heldBack, sent] = [
      sum((one) => one.privateSent),
      sum((one) => one.heldBack),
      sum((one) => one.sent),
    ];
    const perSecond = found.messages / seconds;
    return {
      load_messages_per_s: perSecond,
      load_wanted_per_s: VENUES * PER_SECOND,
      load_held_back_share: heldBack / (sent + heldBack),
      load_private_events: privateSent,
      load_private_lost: privateSent - (found.fills - found.doubled),
      load_private_doubled: found.doubled,
      load_flaws: found.flaws,
      load_tick_to_book_p50_ms: found.tickToBookP50,
      load_tick_to_book_p99_ms: found.tickToBookP99,
      load_loop_max_ms: found.loopMaxMs,
      load_loop_p999_ms: found.loopP999Ms,
      load_idle_loop_max_ms: idle.max / 1e6,
      load_engine_cpu: found.cpu,
      load_venues_cpu: sum((one) => one.cpu),
      load_parse_us: found.parseUs,
      load_engine_us: (found.cpu / perSecond) * 1e6,
      load_engine_vs_parse: ((found.cpu / perSecond) * 1e6) / found.parseUs,
      load_heap_growth_mb: found.heapMb[1] - found.heapMb[0],
      load_seconds: seconds,
    };
  } finally {
    for (const one of [...generators, engine]) one.disconnect();
  }
};
