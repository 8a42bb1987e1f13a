import type { Page } from 'playwright-core';
import { WIRE_CHANNEL } from '#main/session/wire.ts';
import { launchKeel, type RunningKeel } from '#test/support/electron.ts';
import { inMain, newProfile, pause, removeProfile, rowsOnScreen } from './app.ts';
import { type Bench, percentile, rounded } from './figures.ts';

/** Far below the market and gone at once: reaches the venue, never fills, leaves nothing behind. */
const LINE = 'buy 10 btc perp inverse @ 5000 ioc';
/** The same chord again sooner than this is dropped (400 ms). */
const APART_MS = 430;
/** The arming budget allows 60 orders a minute. */
const CYCLE_MS = 1_020;
const ARM_KEYS = ['Control', 'Shift', 'A'];
/** Market and machine spoil some turns: the price moved between the presses, or a press was handled too late. */
const CYCLES_AT_MOST = 2;

interface Recorder {
  presses: number[];
}

declare global {
  var keelBench: Recorder | undefined;
  var keelSends: number[] | undefined;
}

/** Notes in main when orders reach their venue: ms of the machine's monotonic clock. */
async function listenToWire({ app }: RunningKeel): Promise<void> {
  await inMain(() =>
    app.evaluate((_electron, name) => {
      if (globalThis.keelSends !== undefined) return;
      const sends: number[] = [];
      globalThis.keelSends = sends;
      process.getBuiltinModule('node:diagnostics_channel').subscribe(name, (message) => {
        const { command } = message as { readonly command: { readonly type: string } };
        if (command.type === 'place') sends.push(Number(process.hrtime.bigint()) / 1e6);
      });
    }, WIRE_CHANNEL),
  );
}

/** Notes in the page when Ctrl+Enter went down: ms since the page's time origin, as the browser stamped the event. */
async function listenToKeys(window: Page): Promise<void> {
  await window.evaluate(() => {
    const recorder: Recorder = { presses: [] };
    globalThis.keelBench = recorder;
    globalThis.addEventListener(
      'keydown',
      (event) => {
        if (event.isTrusted && event.ctrlKey && event.key === 'Enter') recorder.presses.push(event.timeStamp);
      },
      { capture: true },
    );
  });
}

/** The page's time origin on the machine's monotonic clock, ms: what makes its stamps and main's comparable. */
async function timeOrigin(window: Page): Promise<number> {
  const devtools = await window.context().newCDPSession(window);
  await devtools.send('Performance.enable', { timeDomain: 'timeTicks' });
  const { metrics } = await devtools.send('Performance.getMetrics');
  const origin = metrics.find((one) => one.name === 'NavigationStart')?.value;
  await devtools.detach();
  if (origin === undefined) throw new Error('the page does not tell its time origin');
  return origin * 1_000;
}

async function keyState(window: Page): Promise<string> {
  return window.getByRole('group', { name: 'Keys', exact: true }).innerText();
}

async function arm(window: Page): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    await pause(APART_MS);
    for (const key of ARM_KEYS) await window.keyboard.down(key);
    await pause(1_500);
    for (const key of ARM_KEYS.toReversed()) await window.keyboard.up(key);
    if (/ARMED/.test(await keyState(window))) return;
  }
  throw new Error('the keys could not be armed');
}

async function writeTicket(window: Page): Promise<void> {
  await window.locator('section[data-panel="ticket"]').getByRole('textbox').first().click();
  await window.keyboard.press('Control+A');
  await window.keyboard.type(LINE);
}

/** Five empty round trips at the pace of a hand, ms. A method that only reads a state stands for an empty one. */
function emptyCalls(window: Page): Promise<number[]> {
  return window.evaluate(async () => {
    const times: number[] = [];
    for (let call = 0; call < 5; call++) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const from = performance.now();
      await globalThis.window.keel['tape.control']({});
      times.push(performance.now() - from);
    }
    return times;
  });
}

/** Delays between each send and the press just before it. Sends and presses are on the same clock, in order. */
export function delaysOf(presses: readonly number[], sends: readonly number[]): readonly number[] {
  return sends.map((at) => at - Math.max(...presses.filter((pressed) => pressed <= at)));
}

async function readDelays({ app, window }: RunningKeel, origin: number): Promise<readonly number[]> {
  const sends = await inMain(() => app.evaluate(() => globalThis.keelSends ?? []));
  const presses = await window.evaluate(() => globalThis.keelBench?.presses ?? []);
  return delaysOf(
    presses.map((stamp) => origin + stamp),
    sends,
  );
}

interface Presses {
  readonly delays: readonly number[];
  readonly calls: readonly number[];
  readonly cycles: number;
}

/** Stages and commits the same order until `count` orders were sent, or too many were spoilt. */
async function pressKeys(keel: RunningKeel, count: number, say: (line: string) => void): Promise<Presses> {
  const { window } = keel;
  const origin = await timeOrigin(window);
  const calls: number[] = [];
  let delays: readonly number[] = [];
  let cycles = 0;
  while (delays.length < count && cycles < count * CYCLES_AT_MOST) {
    const started = Date.now();
    await window.keyboard.press('Control+Enter');
    calls.push(...(await emptyCalls(window)));
    await pause(Math.max(0, started + APART_MS - Date.now()));
    await window.keyboard.press('Control+Enter');
    await pause(Math.max(100, started + CYCLE_MS - Date.now()));
    cycles += 1;
    if (cycles % 20 !== 0) continue;
    delays = await readDelays(keel, origin);
    say(`keys: ${delays.length} of ${count} orders sent in ${cycles} turns`);
  }
  return { delays, calls, cycles };
}

/**
 * `key_to_order_vs_ipc`: from the trader's key to the order on the paper venue's wire (window, IPC, key rules, gate,
 * durable journal), p99, over the p99 of an empty call of the window in the same run and at the same pace.
 */
export const keyToOrder: Bench = async ({ quick, say }) => {
  const count = quick ? 40 : 240;
  const folder = newProfile();
  const keel = await launchKeel({ userDataDir: folder, args: ['--tape=march-2020', '--speed=1'] });
  try {
    await rowsOnScreen(keel.window);
    await listenToWire(keel);
    await listenToKeys(keel.window);
    await writeTicket(keel.window);
    await arm(keel.window);
    const { delays, calls, cycles } = await pressKeys(keel, count, say);
    if (delays.length < count) {
      return {
        key_to_order_vs_ipc: null,
        key_to_order_vs_ipc_why: `only ${delays.length} of ${count} orders were sent`,
      };
    }
    return {
      key_to_order_vs_ipc: rounded(percentile(delays, 0.99) / percentile(calls, 0.99)),
      key_to_order_p50_vs_ipc: rounded(percentile(delays, 0.5) / percentile(calls, 0.5)),
      key_to_order_p50_ms: rounded(percentile(delays, 0.5)),
      key_to_order_p99_ms: rounded(percentile(delays, 0.99)),
      ipc_p50_ms: rounded(percentile(calls, 0.5)),
      ipc_p99_ms: rounded(percentile(calls, 0.99)),
      key_orders: delays.length,
      key_turns: cycles,
    };
  } finally {
    await keel.close();
    removeProfile(folder);
  }
};
