import type { Journal } from '#main/engine/ports.ts';
import type { RangeReading } from '#main/venues/uniswap/reading.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import type { HeldRange } from '#shared/control/lp-exit.ts';
import type { TokenAmounts } from '#shared/pricing/onchain/uniswap-v3.ts';
import type { VenueId } from '#shared/units/ids.ts';

/** A range that is being opened anew, from the step that takes the old one out to the one that opens the new one. */
export interface RangeCourse {
  readonly venue: VenueId;
  readonly pool: string;
  /** Token id of the range that is left. */
  readonly old: string;
  readonly target: { readonly lower: number; readonly upper: number };
  /** What was in the wallet before: it is not the range's, and stays. */
  readonly reserved: TokenAmounts;
  /** Ranges that were there before: another one is the new one. */
  readonly known: readonly string[];
  /** Why, in the words of the proposal. */
  readonly why: string;
}

/** Setting that holds the course under way as JSON; empty when none is. A crash in between is gone on from. */
const COURSE_SETTING = 'control:range-course';

export interface CourseBook {
  readonly current: RangeCourse | null;
  /** What the next step begins, should it be sent. */
  offer(course: RangeCourse): void;
  /** A step that takes a range out left: its course is under way. */
  begun(position: string): void;
  end(): void;
}

/** The course under way, kept on disk beside the session's other settings. */
export function courseBook(journal: Pick<Journal, 'readSetting' | 'writeSetting'>): CourseBook {
  const kept = journal.readSetting(COURSE_SETTING) ?? '';
  let current = kept === '' ? null : (JSON.parse(kept) as RangeCourse);
  let offered: RangeCourse | null = null;
  const set = (course: RangeCourse | null): void => {
    journal.writeSetting(COURSE_SETTING, course === null ? '' : JSON.stringify(course));
    current = course;
  };
  return {
    get current() {
      return current;
    },
    offer(course) {
      offered = course;
    },
    begun(position) {
      if (current === null && offered?.old === position) set(offered);
    },
    end: () => set(null),
  };
}

export function heldRange({ id, range, owed }: RangeReading): HeldRange {
  return { id, range, owed: { base: Number(owed.base), quote: Number(owed.quote) } };
}

/** Tokens of a pool in the owner's hands. */
export function inHand({ wallet }: RangeState, { base, quote }: RangeReading['pool']): TokenAmounts {
  return { base: Number(wallet.get(base) ?? 0), quote: Number(wallet.get(quote) ?? 0) };
}
