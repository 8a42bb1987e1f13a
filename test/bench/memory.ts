import { readFileSync } from 'node:fs';
import type { CDPSession } from 'playwright-core';
import { launchKeel, type RunningKeel } from '#test/support/electron.ts';
import { inMain, newProfile, pause, removeProfile, rowsOnScreen } from './app.ts';
import { type Bench, rounded } from './figures.ts';

const MB = 2 ** 20;
/** The compiler goes on for a while; its code counts as heap. */
const WARM_UP_S = 120;
const TEN_MINUTES_S = 600;

interface Process {
  readonly type: string;
  readonly pid: number;
  /** Resident memory, shared pages counted in full. */
  readonly residentMb: number;
  /** Its own share of what it maps: shared pages are split among their users. Where the system tells. */
  readonly ownMb: number;
}

/** Proportional set size in MB; the resident size where the system tells none. */
function ownMbOf(pid: number, residentMb: number): number {
  if (process.platform !== 'linux') return residentMb;
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return found ? Number(found[1]) / 1024 : residentMb;
}

async function processesOf({ app }: RunningKeel): Promise<readonly Process[]> {
  const metrics = await inMain(() =>
    app.evaluate((electron) =>
      electron.app.getAppMetrics().map(({ type, pid, memory }) => ({ type, pid, kb: memory.workingSetSize })),
    ),
  );
  return metrics.map(({ type, pid, kb }) => ({ type, pid, residentMb: kb / 1024, ownMb: ownMbOf(pid, kb / 1024) }));
}

/** Bytes of live objects in the main process, after a full collection. */
function mainHeap({ app }: RunningKeel): Promise<number> {
  return inMain(() =>
    app.evaluate(() => {
      process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
      const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
      collect();
      collect();
      return process.memoryUsage().heapUsed;
    }),
  );
}

async function pageHeap(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}

/** Least-squares slope of equally spaced samples, per sample. */
export function slope(samples: readonly number[]): number {
  const centre = (samples.length - 1) / 2;
  const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length;
  let [above, below] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    above += (at - centre) * (sample - mean);
    below += (at - centre) ** 2;
  }
  return above / below;
}

/**
 * `heap_growth_mb_per_10min`: growth of live objects in main and window together while a tape runs at 60×, after two
 * minutes of warm-up. With it what the window's process and all processes take.
 */
export const memory: Bench = async ({ quick, say }) => {
  const seconds = quick ? 60 : TEN_MINUTES_S;
  const every = seconds / 10;
  const folder = newProfile();
  const keel = await launchKeel({ userDataDir: folder, args: ['--tape=march-2020', '--speed=60'] });
  try {
    await rowsOnScreen(keel.window);
    await pause((quick ? WARM_UP_S / 4 : WARM_UP_S) * 1_000);
    const devtools = await keel.window.context().newCDPSession(keel.window);
    const samples: { readonly main: number; readonly page: number }[] = [];
    for (let sample = 0; sample <= 10; sample++) {
      if (sample > 0) await pause(every * 1_000);
      const heaps = { main: await mainHeap(keel), page: await pageHeap(devtools) };
      samples.push(heaps);
      say(`memory: main ${rounded(heaps.main / MB, 2)} MB, page ${rounded(heaps.page / MB, 2)} MB`);
    }
    const processes = await processesOf(keel);
    const grown = (of: (sample: (typeof samples)[number]) => number): number =>
      rounded((slope(samples.map(of)) / MB) * (TEN_MINUTES_S / every), 2);
    const page = processes.find((one) => one.type === 'Tab');
    return {
      window_mb: page ? rounded(page.residentMb, 0) : null,
      window_own_mb: page ? rounded(page.ownMb, 0) : null,
      app_mb: rounded(
        processes.reduce((sum, one) => sum + one.ownMb, 0),
        0,
      ),
      app_processes: processes.length,
      heap_growth_mb_per_10min: grown((sample) => sample.main + sample.page),
      heap_growth_main_mb: grown((sample) => sample.main),
      heap_growth_window_mb: grown((sample) => sample.page),
      heap_main_mb: rounded((samples.at(-1)?.main ?? Number.NaN) / MB, 1),
      heap_window_mb: rounded((samples.at(-1)?.page ?? Number.NaN) / MB, 1),
      heap_seconds: seconds,
      ...(quick
        ? { heap_growth_note: 'scaled from a minute in which code is still being compiled: not for the record' }
        : {}),
    };
  } finally {
    await keel.close();
    removeProfile(folder);
  }
};
