// The engine's side of the load bench, as it runs in the app's main process: adapters and market data, one event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createMarketData } from '#main/engine/market-data.ts';
import type { VenueEvent } from '#main/engine/ports.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { type OpenSocket, webSockets } from '#main/venues/socket.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { MINUTE } from '#shared/units/time.ts';
import { OPTION_TICKER } from '#test/fixtures/deribit/documented.ts';
import { benchDeribit } from './adapter.ts';
import { type EngineOrder, type EngineReport, liveHeapMb } from './messages.ts';

/** Latencies are counted by the millisecond up to here. */
const LATEST_MS = 60_000;
const PARSES = 20_000;
/** No fill has come for so long: all have come. */
const QUIET_MS = 2_000;

const clock = machineClock();
const listed = new Map<string, Instrument>();
const market = createMarketData(clock.now, MINUTE, (id) => listed.get(id));
const latencies = new Uint32Array(LATEST_MS + 1);
const trades = new Set<string>();
const counts = { messages: 0, fills: 0, doubled: 0, flaws: 0 };
let [heapBefore, since, used, cpu] = [0, 0, process.cpuUsage(), 0];
const loop = monitorEventLoopDelay({ resolution: 1 });

function take(venue: string, event: VenueEvent): void {
  if (event.type === 'instruments') for (const one of event.instruments) listed.set(one.id, one);
  if (event.type === 'quotes') {
    const kept = market.take(venue, event.quotes);
    const now = Date.now();
    for (const { tsEvent } of kept) {
      const took = Math.min(Math.max(now - tsEvent, 0), LATEST_MS);
      latencies[took] = (latencies[took] ?? 0) + 1;
    }
  }
  if (event.type !== 'fill') return;
  counts.fills += 1;
  if (trades.has(event.fill.trade)) counts.doubled += 1;
  trades.add(event.fill.trade);
}

/** Milliseconds that `share` of all tellings do not exceed. */
function latencyAt(share: number): number {
  const all = latencies.reduce((sum, one) => sum + one, 0);
  let seen = 0;
  for (let ms = 0; ms <= LATEST_MS; ms++) {
    seen += latencies[ms] ?? 0;
    if (seen >= all * share) return ms;
  }
  return LATEST_MS;
}

/** Microseconds of processor time. */
function parseUs(): number {
  const params = { channel: `ticker.${OPTION_TICKER.instrument_name}.100ms`, data: OPTION_TICKER };
  const text = JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params });
  const from = process.cpuUsage();
  for (let i = 0; i < PARSES; i++) JSON.parse(text);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / PARSES;
}

const counted: OpenSocket = (url, events) =>
  webSockets(LIMITS.frameBytes, MINUTE)(url, {
    ...events,
    onText: (text) => {
      counts.messages += 1;
      events.onText(text);
    },
  });

async function connect(url: string, number: number): Promise<void> {
  const venue = `load-${number}`;
  const { adapter } = benchDeribit({ venue, url, openSocket: counted, onFlaw: () => void counts.flaws++ });
  adapter.subscribe((event) => take(venue, event));
  await adapter.connect();
  for (const one of await adapter.instruments()) listed.set(one.id, one);
}

/** Counts anew: what came while everything warmed up is not of the run. */
function begin(): void {
  latencies.fill(0);
  counts.messages = 0;
  heapBefore = liveHeapMb();
  [since, used] = [performance.now(), process.cpuUsage()];
  loop.enable();
  loop.reset();
}

/** Ends the measures, and waits for the fills that are still on their way; the venues' own tapes play on. */
async function end(): Promise<number> {
  loop.disable();
  const { user, system } = process.cpuUsage(used);
  cpu = (user + system) / 1_000 / (performance.now() - since);
  const during = counts.messages;
  for (let before = -1; before < counts.fills; ) {
    before = counts.fills;
    await wait(QUIET_MS);
  }
  return during;
}

function report(messages: number): EngineReport {
  // The bench's own memory: what the engine holds is wanted.
  trades.clear();
  return {
    ...counts,
    messages,
    tickToBookP50: latencyAt(0.5),
    tickToBookP99: latencyAt(0.99),
    loopMaxMs: loop.max / 1e6,
    loopP999Ms: loop.percentile(99.9) / 1e6,
    cpu,
    heapMb: [heapBefore, liveHeapMb()],
    parseUs: parseUs(),
  };
}

process.once('disconnect', () => process.exit());
process.on('message', async (order: EngineOrder) => {
  if (order.task === 'connect') {
    for (const [number, url] of order.urls.entries()) await connect(url, number);
    process.send?.({ connected: order.urls.length });
  } else if (order.task === 'begin') begin();
  else process.send?.(report(await end()));
});
