import { DAY, type EpochMs } from '#shared/units/time.ts';

/** Which positions the journal shows; what is null does not matter. A saved search is one of these with a name. */
export interface JournalFilter {
  /** Words that all have to be in the instrument, the account, a tag or the note. */
  readonly text: string;
  readonly state: 'all' | 'open' | 'closed';
  /** By realised profit after fees and funding, USD. */
  readonly outcome: 'all' | 'gain' | 'loss';
  /** What ended it, such as "liquidated". */
  readonly closedBy: string | null;
  /** Opened from and before. */
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

export const EVERYTHING: JournalFilter = {
  text: '',
  state: 'all',
  outcome: 'all',
  closedBy: null,
  from: null,
  to: null,
};

/** Where a page ended: the next one goes on after it. Newest first by the venue's time. */
export interface JournalCursor {
  readonly at: EpochMs;
  readonly seq: number;
  /** Its place among those that one entry opened. */
  readonly row: number;
}

const STATES = ['open', 'closed'] as const;
const OUTCOMES = ['gain', 'loss'] as const;
const ENDS = ['expired', 'exercised', 'settled', 'liquidated', 'flipped', 'transferred', 'adjusted'];
const DATE = /^(from|to):(\d{4}-\d{2}-\d{2})$/;

/** What one word of a search line asks for; null for a word that is to be looked for. */
function partOf(word: string): Partial<JournalFilter> | null {
  const state = STATES.find((one) => one === word);
  if (state !== undefined) return { state };
  const outcome = OUTCOMES.find((one) => one === word);
  if (outcome !== undefined) return { outcome };
  if (ENDS.includes(word)) return { closedBy: word };
  const [, end, date] = DATE.exec(word) ?? [];
  const at = Date.parse(`${date}T00:00:00Z`);
  if (!Number.isFinite(at)) return null;
  return end === 'to' ? { to: at + DAY } : { from: at };
}

/**
 * A search line as a filter: "btc gain liquidated from:2026-01-01". open, closed, gain, loss and the ways a position
 * ends stand for themselves; every other word is looked for. `to` is the end of that day, UTC.
 */
export function parseSearch(line: string): JournalFilter {
  let filter: JournalFilter = EVERYTHING;
  const words: string[] = [];
  for (const word of line.trim().split(/\s+/).filter(Boolean)) {
    const part = partOf(word);
    if (part === null) words.push(word);
    else filter = { ...filter, ...part };
  }
  return { ...filter, text: words.join(' ') };
}
