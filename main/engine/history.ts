import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, fail, fault, ok, type Result } from '#shared/units/result.ts';
import { bookFill, bookFunding } from './booking.ts';
import { answerOf, type Core } from './core.ts';
import type { FillPage, VenueAdapter } from './ports.ts';

/** Setting that holds where an account's history was read to. */
function cursorSetting(account: AccountId): string {
  return `history:${account}`;
}

/** More pages than this in one go is a venue that turns in circles. */
const PAGES_AT_MOST = 10_000;

/** Books a page; a fill of an instrument nobody listed stops it, for what is not booked must be read again. */
function bookPage(core: Core, page: FillPage): Result<number> {
  let booked = 0;
  const rows = [
    ...page.fills.map((fill) => ({ instrument: fill.instrument, at: fill.at, take: () => bookFill(core, fill) })),
    ...page.funding.map((one) => ({ instrument: one.instrument, at: one.at, take: () => bookFunding(core, one) })),
  ].sort((a, b) => a.at - b.at);
  for (const row of rows) {
    const taken = row.take();
    if (taken === 'unlisted') {
      const message = `the venue's history has ${row.instrument}, which it does not list`;
      return fail(fault('unlisted-instrument', message, { instrument: row.instrument }));
    }
    if (taken === 'booked') booked += 1;
  }
  return ok(booked);
}

/**
 * Reads an account's fills and funding from where it was last read to and books what is missing; answers how many were
 * new. The last page is read again next time: it has no cursor behind it, and what is known is not booked twice.
 */
export async function pullHistory(core: Core, adapter: VenueAdapter, account: AccountId): Promise<Result<number>> {
  const { journal } = core.recorder;
  let cursor = journal.readSetting(cursorSetting(account));
  let booked = 0;
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const from = cursor;
    const answer = await answerOf(() => adapter.history(account, from), 'no-answer');
    if (!answer.ok) return answer;
    const taken = await core.kernel.ask(`history of ${account}`, () => bookPage(core, answer.value));
    if (!taken.ok) return taken;
    booked += taken.value;
    const { next } = answer.value;
    if (next === null) return ok(booked);
    if (next === cursor) return fail(circular(account));
    cursor = next;
    const kept = await core.kernel.ask(`history of ${account}`, () =>
      ok(journal.writeSetting(cursorSetting(account), next)),
    );
    if (!kept.ok) return kept;
  }
  return fail(circular(account));
}

function circular(account: AccountId): Fault {
  return fault('circular-history', `the venue's history of ${account} does not come to an end`, { account });
}
