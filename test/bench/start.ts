import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '#main/store/journal.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Instrument } from '#shared/domain/instrument.ts';
import { decimal } from '#shared/units/decimal.ts';
import { launchKeel } from '#test/support/electron.ts';
import { ask, newProfile, pause, removeProfile, rowsOnScreen } from './app.ts';
import { type Bench, median, rounded } from './figures.ts';

const FILLS = 1_000_000;
const FILLS_QUICK = 100_000;
const BATCH = 5_000;

/** A profile with one session that ran for a moment. Answers the session's id. */
async function makeSession(folder: string): Promise<string> {
  const keel = await launchKeel({ userDataDir: folder, args: ['--tape=march-2020', '--speed=1'] });
  await rowsOnScreen(keel.window);
  await pause(2_000);
  await keel.close();
  const [session] = readdirSync(join(folder, 'sessions'));
  if (session === undefined) throw new Error('the session left no folder');
  return session;
}

function journalOf(folder: string, session: string): string {
  return join(folder, 'sessions', session, 'keel.db');
}

/**
 * Years of trading: purchases and sales in turn of something the book does not hold, at one price and free of charge, so
 * that positions and cash stay what the venue says they are.
 */
function addFills(file: string, count: number): void {
  const journal = createJournal(file);
  const { instruments, positions, accounts } = journal.book;
  const held = new Set([...positions.values()].map((one) => one.instrument));
  const idle = (one: Instrument): boolean => one.kind === 'option' && !held.has(one.id);
  const instrument = [...instruments.values()].find(idle);
  const account = [...accounts.values()].find((one) => one.venue === instrument?.venue);
  if (instrument === undefined || account === undefined) throw new Error('there is nothing to trade');
  const fillAt = (n: number, at: number): Fill => ({
    trade: `past-${n}`,
    venue: instrument.venue,
    account: account.id,
    instrument: instrument.id,
    order: null,
    quantity: decimal(n % 2 === 0 ? '1' : '-1'),
    price: decimal('0.05'),
    fee: decimal('0'),
    feeCurrency: instrument.settlement,
    liquidity: 'taker',
    cause: 'order',
    index: decimal('7900'),
    at,
  });
  const now = journal.head?.startedAt ?? 0;
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: BATCH }, (_, n) => ({ type: 'fill' as const, fill: fillAt(from + n, now) }));
    journal.append(events, now);
  }
  journal.close();
}

interface Start {
  /** From spawning the app until the book's figures are on screen, and of that the part after "resume". */
  readonly interactive: number;
  readonly resumed: number;
}

async function start(folder: string, session: string): Promise<Start> {
  const spawned = performance.now();
  const keel = await launchKeel({ userDataDir: folder });
  try {
    const asked = performance.now();
    await ask(keel.window, 'session.resume', { session });
    await rowsOnScreen(keel.window);
    const shown = performance.now();
    return { interactive: shown - spawned, resumed: shown - asked };
  } finally {
    await keel.close();
  }
}

/**
 * `start_vs_empty_db`: from spawning the app to the resumed book's figures on screen, with a million fills in the
 * session's store over none but its own. Fresh processes, in turns.
 */
export const startVsEmpty: Bench = async ({ quick, say }) => {
  const fills = quick ? FILLS_QUICK : FILLS;
  const empty = newProfile();
  const full = newProfile();
  try {
    const session = await makeSession(empty);
    cpSync(join(empty, 'sessions'), join(full, 'sessions'), { recursive: true });
    say(`start: writing ${fills} fills`);
    addFills(journalOf(full, session), fills);
    const runs: { readonly empty: Start; readonly full: Start }[] = [];
    for (let round = 0; round < (quick ? 3 : 7); round++) {
      runs.push({ empty: await start(empty, session), full: await start(full, session) });
      say(`start: round ${round + 1}`);
    }
    const ms = (of: (run: (typeof runs)[number]) => number): number => rounded(median(runs.map(of)), 0);
    return {
      start_vs_empty_db: rounded(median(runs.map((run) => run.full.interactive / run.empty.interactive))),
      start_resume_vs_empty_db: rounded(median(runs.map((run) => run.full.resumed / run.empty.resumed))),
      start_ms: ms((run) => run.full.interactive),
      start_empty_ms: ms((run) => run.empty.interactive),
      start_resume_ms: ms((run) => run.full.resumed),
      start_resume_empty_ms: ms((run) => run.empty.resumed),
      start_fills: fills,
      start_file_mb: rounded(statSync(journalOf(full, session)).size / 2 ** 20, 0),
    };
  } finally {
    removeProfile(empty);
    removeProfile(full);
  }
};
