// Venues of the load bench, in a process of their own: Deribit's simulator answers, and sends far more than a market says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineClock } from '#main/session/machine-clock.ts';
import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { plainBook } from '#test/fixtures/paper/market.ts';
import type { Connection } from '#test/venues/deribit/connection.ts';
import { wireTickerOf } from '#test/venues/deribit/listings.ts';
import { type Simulator, startSimulator } from '#test/venues/deribit/simulator.ts';
import type { VenuesOrder, VenuesReady, VenuesReport, VenuesTask } from './messages.ts';

const TURN_MS = 5;
/** A client that has so much waiting takes no more: tickers are left out, private news are not. */
const WAITING_MOST = 4_000_000;
const CHANGES = 'user.changes.any.any.raw';

/** A ticker's text, cut where its mark and its time stand. */
interface Template {
  readonly channel: string;
  readonly head: string;
  readonly mark: number;
  readonly tail: string;
}

interface Venue {
  readonly number: number;
  readonly simulator: Simulator;
  readonly templates: readonly Template[];
  due: number;
  privateDue: number;
  at: number;
}

const total = { sent: 0, heldBack: 0, privateSent: 0 };

function templatesOf({ exchange }: Simulator): readonly Template[] {
  return exchange.instruments(DERIBIT).flatMap((instrument) => {
    const { mark_price: mark, timestamp: _, ...data } = wireTickerOf(instrument, exchange.quote(instrument, exchange.now)) as Record<string, unknown>; // biome-ignore format: one glance
    const channel = `ticker.${instrument.name}.100ms`;
    const head = `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":{"mark_price":`;
    return [{ channel, head, mark: Number(mark), tail: `${JSON.stringify(data).slice(1)}}}` }];
  });
}

function tellTrade({ number }: Venue, one: Connection, at: number): void {
  total.privateSent += 1;
  const id = `load-${number}-${total.privateSent}`;
  const trade = {
    trade_id: id,
    instrument_name: 'BTC-PERPETUAL',
    order_id: id,
    label: '',
    direction: total.privateSent % 2 === 0 ? 'buy' : 'sell',
    amount: 10,
    price: 7_000,
    fee: 0,
    fee_currency: 'BTC',
    liquidity: 'T',
    index_price: 7_000,
    timestamp: at,
  };
  one.notify(CHANGES, { instrument_name: 'BTC-PERPETUAL', trades: [trade], orders: [], positions: [] });
}

function tellTicker(venue: Venue, one: Connection, at: number): void {
  const { templates } = venue;
  venue.at += 1;
  const { head, mark, tail } = templates[venue.at % templates.length] as Template;
  one.socket.send(`${head}${mark * (1 + (venue.at % 997) * 1e-6)},"timestamp":${at},${tail}`);
}

/** Sends what has fallen due since the last turn. */
function turn(venue: Venue, task: VenuesTask, passed: number): void {
  const [client] = venue.simulator.listeners();
  if (client === undefined) return;
  venue.due += task.perSecond * passed;
  venue.privateDue += task.privatePerSecond * passed;
  const at = Date.now();
  client.socket.together(() => {
    for (; venue.privateDue >= 1; venue.privateDue--) tellTrade(venue, client, at);
    const waits = client.socket.waiting > WAITING_MOST;
    for (; venue.due >= 1; venue.due--) {
      if (waits) total.heldBack += 1;
      else tellTicker(venue, client, at);
      if (!waits) total.sent += 1;
    }
  });
}

async function open(task: VenuesTask): Promise<readonly Venue[]> {
  const read = (name: string): string => readFileSync(join(ROOT, 'resources', name), 'utf8');
  const demo = { ...plainBook(), tape: 'march-2020' };
  const resources = { ...readPaperResources(read, 'march-2020'), demo };
  const venues: Venue[] = [];
  for (let number = task.first; number < task.first + task.count; number++) {
    const simulator = await startSimulator({ resources, seed: number, clock: machineClock(), port: 0 });
    venues.push({ number, simulator, templates: templatesOf(simulator), due: 0, privateDue: 0, at: number });
  }
  return venues;
}

let opened: readonly Venue[] = [];
let timer: NodeJS.Timeout | undefined;
let wanted: VenuesTask | null = null;
let [since, used] = [0, process.cpuUsage()];

function start(task: VenuesTask): void {
  [since, used] = [performance.now(), process.cpuUsage()];
  let last = since;
  timer = setInterval(() => {
    const now = performance.now();
    for (const one of opened) turn(one, task, (now - last) / 1_000);
    last = now;
  }, TURN_MS);
}

process.once('disconnect', () => process.exit());
process.on('message', async (order: VenuesOrder) => {
  if (order.task === 'venues') {
    wanted = order;
    opened = await open(order);
    process.send?.({ urls: opened.map((one) => one.simulator.ws) } satisfies VenuesReady);
  } else if (order.task === 'start' && wanted !== null) start(wanted);
  else if (order.task === 'stop') {
    clearInterval(timer);
    const { user, system } = process.cpuUsage(used);
    const cpu = (user + system) / 1_000 / (performance.now() - since);
    process.send?.({ ...total, cpu } satisfies VenuesReport);
  }
});
