// A desk to be killed: the engine and its journal as in the product, a venue at the other end of two pipes, and a clock
// that runs as fast as it can. It recovers what the one before it left, tells what it found, and trades until it is killed.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createEngine, type Engine } from '#main/engine/engine.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { Capabilities, Journal, VenueAdapter, VenueEvent } from '#main/engine/ports.ts';
import { createJournal } from '#main/store/journal.ts';
import { isTerminal } from '#shared/domain/order.ts';
import { seededStream } from '#shared/market/seeded.ts';
import { decimal } from '#shared/units/decimal.ts';
import { unwrap } from '#shared/units/result.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, createFakeRisk, request } from '#test/support/engine-room.ts';
import { createManualClock, type ManualClock, settle } from '#test/support/manual-clock.ts';
import type { Asked, Begin, FromDesk, Report, ToDesk } from './words.ts';

const CAPABILITIES: Capabilities = {
  orderTypes: ['limit', 'market', 'stop'], timeInForce: ['gtc', 'ioc', 'fok'], postOnly: true, reduceOnly: true, amend: false,
  cancelAll: true, preview: false, greeks: false, cancelOnDisconnect: false, idempotent: true,
}; // biome-ignore format: one glance

/** At once: a line that was said is in the pipe whatever happens next. */
function say(line: FromDesk): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}

/** The venue over the line. `idle` settles when every question has its answer. */
interface Line {
  readonly adapter: VenueAdapter;
  ask(what: Asked, ...args: readonly unknown[]): Promise<never>;
  take(line: ToDesk): void;
  idle(): Promise<void>;
}

function openLine(clock: ManualClock): Line {
  const waiting = new Map<number, { readonly done: (value: never) => void; readonly failed: (why: Error) => void }>();
  const listeners = new Set<(event: VenueEvent) => void>();
  let count = 0;
  const ask: Line['ask'] = (what, ...args) =>
    new Promise((done, failed) => {
      waiting.set(++count, { done, failed });
      say({ ask: count, what, args, now: clock.now() });
    });
  const refused = () => Promise.reject(new Error('not supported'));
  return {
    ask,
    take: (line) => {
      if ('event' in line) for (const on of listeners) on(line.event);
      if (!('answer' in line)) return;
      const asked = waiting.get(line.answer);
      waiting.delete(line.answer);
      if (line.error === undefined) asked?.done(line.value as never);
      else asked?.failed(new Error(line.error));
    },
    idle: async () => {
      do await settle();
      while (waiting.size > 0);
      await settle();
    },
    adapter: {
      id: ACCOUNT.venue,
      kind: 'orderbook',
      capabilities: () => CAPABILITIES,
      connect: () => Promise.resolve(),
      close: () => Promise.resolve(),
      instruments: () => ask('instruments'),
      accounts: () => ask('accounts'),
      subscribe: (on) => {
        listeners.add(on);
        return () => listeners.delete(on);
      },
      snapshot: (account) => ask('snapshot', account),
      history: (account, cursor) => ask('history', account, cursor),
      depth: refused,
      orderState: (account, id) => ask('orderState', account, id),
      greeks: () => null,
      preview: refused,
      execute: (command) => ask('execute', command),
    },
  };
}

/** The journal, telling what it has acknowledged. */
function telling(inner: Journal): Journal {
  return {
    append: (events, at) => {
      const entries = inner.append(events, at);
      say({ say: 'acknowledged', seq: inner.seq });
      return entries;
    },
    get book() {
      return inner.book;
    },
    get head() {
      return inner.head;
    },
    get seq() {
      return inner.seq;
    },
    hasFill: (venue, account, trade) => inner.hasFill(venue, account, trade),
    hasFunding: (account, id) => inner.hasFunding(account, id),
    fills: (query) => inner.fills(query),
    readSetting: (name) => inner.readSetting(name),
    writeSetting: (name, value) => inner.writeSetting(name, value),
    close: () => inner.close(),
  };
}

function reportOf({ book }: Engine, journal: Journal, opened: number, { arrived }: Begin): Report {
  const orders = [...book.orders.values()];
  const fills = journal.fills({ limit: 10_000 });
  return {
    opened,
    orphans: arrived.filter((id) => !book.orders.has(id)),
    open: orders.flatMap((one) => (isTerminal(one.state) ? [] : [one.id])).sort(),
    unknown: orders.flatMap((one) => (one.state === 'UNKNOWN' ? [one.id] : [])),
    fills: fills.length,
    distinctFills: new Set(fills.map(({ trade }) => trade)).size,
    positions: Object.fromEntries([...book.positions.values()].map((one) => [one.instrument, one.quantity])),
  };
}

const STEP = 1_000;
/** Long enough for two look-ups past the venue's delay. */
const STEPS_MOST = 150;

async function trade(begin: Begin, clock: ManualClock, line: Line): Promise<void> {
  const inner = createJournal(begin.file);
  const [opened, journal, risk] = [inner.seq, telling(inner), createFakeRisk()];
  const engine = createEngine({
    clock,
    journal,
    adapters: [line.adapter],
    limits: unwrap(limitsFrom({})),
    installId: 'kills',
    autoResume: true,
    session: { profile: 'demo', tape: 'kills', seed: 1 },
    risk,
  });
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    await line.ask('quote');
    risk.report();
    await line.idle();
  };
  unwrap(await engine.start());
  const working = (): boolean =>
    [...engine.book.orders.values()].some(({ state }) => ['UNKNOWN', 'SENT', 'PERSISTED'].includes(state));
  for (let step = 0; step < 3 || (working() && step < STEPS_MOST); step++) await pass(STEP);
  say({ say: 'rest', report: reportOf(engine, journal, opened, begin) });
  const { uniform } = seededStream(begin.seed, 3);
  for (let at = 0; ; at++) {
    await pass(STEP);
    await engine.unlock(CLI);
    await engine.resume(CLI);
    await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
    const linear = uniform() < 0.5;
    const one = request({
      instrument: linear ? LINEAR_PERPETUAL.id : INVERSE_PERPETUAL.id,
      quantity: decimal(linear ? 1 : 7_000),
      limit: decimal(7_000 + Math.floor(uniform() * 5)),
      side: uniform() < 0.5 ? 'buy' : 'sell',
    });
    if (engine.book.orders.size > 0 && at % 6 === 5) await engine.cancelAll(true, CLI);
    say({ say: 'submitting', at });
    await engine.submitNow(
      uniform() < 0.3 ? [one, { ...one, limit: decimal(6_990) }] : [one],
      'cli',
      { reportSeq: 1 },
      CLI,
    );
    await line.idle();
  }
}

const lines = createInterface({ input: process.stdin });
let begun: Line | null = null;
// Whoever started it is gone: there is nobody left to trade for.
lines.on('close', () => process.exit(0));
lines.on('line', (text) => {
  const line = JSON.parse(text) as ToDesk;
  if (!('begin' in line)) {
    begun?.take(line);
    return;
  }
  const clock = createManualClock(line.begin.from);
  begun = openLine(clock);
  trade(line.begin, clock, begun).catch((thrown: unknown) => {
    process.stderr.write(`desk: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    process.exit(1);
  });
});
say({ say: 'warm' });
