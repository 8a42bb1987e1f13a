import type { z } from 'zod';
import { latestDayPnl } from '#main/store/day-pnl.ts';
import { explainInSlices } from '#main/store/explain-history.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { changesPage } from '#main/store/history.ts';
import { statementEntries } from '#main/store/imported.ts';
import {
  annotationOf,
  entryRiskOf,
  journalPositions,
  type NotedPosition,
  positionById,
} from '#main/store/journal-page.ts';
import { cleanTags } from '#shared/domain/history/annotation.ts';
import { bookedDays } from '#shared/domain/history/booked-day.ts';
import { unrealisedOf } from '#shared/domain/history/history.ts';
import { type JournalCursor, parseSearch } from '#shared/domain/history/journal-filter.ts';
import { type LotChoice, lotRule, withChosen } from '#shared/domain/history/lot-choice.ts';
import { isAtPar } from '#shared/domain/history/money.ts';
import type { PositionRecord } from '#shared/domain/history/record.ts';
import type {
  ExplainedDays,
  JournalDetail,
  JournalPage,
  JournalRow,
  journalExplainInput,
  journalLotsInput,
  WrittenNote,
} from '#shared/ipc/journal.ts';
import { type PnlRow, sumPnl } from '#shared/risk/pnl-terms.ts';
import { decimal, isZero, toNumber } from '#shared/units/decimal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { HOUR } from '#shared/units/time.ts';
import { LOTS_SETTING, lotsOf } from './lots.ts';
import type { Session } from './session.ts';

const CHANGES_SHOWN = 500;
/** Steps of the fold before a question is answered: a quarter of a second or so. */
const STEPS_AN_ANSWER = 8;

type Explanation = Pick<ExplainedDays, 'days' | 'excluded'>;
const NOT_EXPLAINED: Explanation = { days: [], excluded: [] };

/** Lets other work go on. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What of a session the journal needs. */
type Remembering = Pick<Session, 'journal' | 'clock' | 'market'>;

function unrealised({ journal, market }: Remembering, record: PositionRecord): JournalRow['unrealised'] {
  const instrument = journal.book.instruments.get(record.instrument);
  const quote = market().quotes.get(record.instrument);
  if (instrument === undefined || quote === undefined || isZero(record.quantity)) return null;
  if (instrument.payoff === 'inverse' && !(quote.mark > 0)) return null;
  const amount = unrealisedOf(record, instrument, decimal(quote.mark));
  return { amount, usd: toNumber(amount) * (isAtPar(record.settlement) ? 1 : quote.index) };
}

/**
 * The journal as a window asks for it: history is brought up to the last entry first. Where that takes long it goes in
 * steps, and answers tell how far it is.
 */
export class JournalDesk {
  readonly #session: Remembering;
  /** Name of the file by account of statements. */
  #files = new Map<string, string>();
  /** The explanation under way: whoever asks meanwhile gets the same. */
  #explaining: Promise<Explanation> | null = null;

  constructor(session: Remembering) {
    this.#session = session;
  }

  /** Takes the fold one step further; answers the share that is folded. */
  #step(): number {
    const { journal } = this.#session;
    return journal.foldHistory(lotRule(lotsOf(journal.read)));
  }

  /** Some steps of the fold, with other work in between; answers the share that is folded, or null when all is. */
  async #fold(): Promise<number | null> {
    let share = this.#step();
    for (let steps = 1; share < 1 && steps < STEPS_AN_ANSWER; steps += 1) {
      await pause();
      share = this.#step();
    }
    return share < 1 ? share : null;
  }

  /** History up to the last entry, for questions about what is on screen. Throws `folding` where that takes long. */
  #read(): ReadHandle {
    let share = this.#step();
    for (let steps = 1; share < 1 && steps < STEPS_AN_ANSWER; steps += 1) share = this.#step();
    if (share === 1) return this.#session.journal.read;
    const message = `the journal is being folded into positions: ${Math.floor(share * 100)} % so far`;
    throw new FaultError(fault('folding', message, { share }));
  }

  #rowOf({ record, annotation }: NotedPosition): JournalRow {
    return {
      ...{ record, tags: annotation?.tags ?? [], note: annotation?.note ?? '' },
      ...{ unrealised: unrealised(this.#session, record), statement: this.#files.get(record.account) ?? null },
    };
  }

  async positions(search: string, before: JournalCursor | null, limit: number): Promise<JournalPage> {
    const folding = await this.#fold();
    const { read } = this.#session.journal;
    const lots = lotsOf(read).rule;
    if (folding !== null) return { rows: [], next: null, lots, folding };
    this.#files = new Map(
      statementEntries(read).flatMap(({ event }) =>
        event.type === 'statement' ? [[event.statement.account, event.statement.file] as const] : [],
      ),
    );
    const { rows, next } = journalPositions(read, parseSearch(search), before, limit);
    return { rows: rows.map((one) => this.#rowOf(one)), next, lots, folding };
  }

  #recordOf(position: string): PositionRecord {
    const record = positionById(this.#read(), position);
    if (record !== null) return record;
    throw new FaultError(fault('no-position', `there is no position ${position} in the journal`, { position }));
  }

  position(position: string): JournalDetail {
    const record = this.#recordOf(position);
    const { read } = this.#session.journal;
    const changes = changesPage(read, position, { limit: CHANGES_SHOWN });
    const row = this.#rowOf({ record, annotation: annotationOf(read, record) });
    return { row, changes, risk: entryRiskOf(read, record), lots: lotsOf(read) };
  }

  /** Counts lots another way from now on, for all that was traded; nothing in the journal itself changes. */
  chooseLots(wanted: z.infer<typeof journalLotsInput>): LotChoice {
    const { journal } = this.#session;
    const now = lotsOf(journal.read);
    const next = 'rule' in wanted ? { ...now, rule: wanted.rule } : withChosen(now, wanted.closing, wanted.lots);
    journal.writeSetting(LOTS_SETTING, JSON.stringify(next));
    return next;
  }

  /** Writes tags and note; answers what stood there before. */
  annotate(position: string, tags: readonly string[], note: string): WrittenNote {
    const record = this.#recordOf(position);
    const { journal, clock } = this.#session;
    const before = annotationOf(journal.read, record);
    const { account, instrument } = record;
    // What was written about another entry of the position is replaced, not doubled.
    const entry = before?.entry ?? record.openedSeq;
    const annotation = { account, instrument, entry, tags: cleanTags(tags), note };
    journal.append([{ type: 'annotated', annotation }], clock.now());
    return { tags: before?.tags ?? [], note: before?.note ?? '' };
  }

  /** Booked P&L by day, and where `terms` are wanted P&L explain by day of venue time; other work goes on in between. */
  async explain({ days, terms }: z.infer<typeof journalExplainInput>): Promise<ExplainedDays> {
    const folding = await this.#fold();
    if (folding !== null) return { folding, booked: [], ...NOT_EXPLAINED };
    const booked = bookedDays(latestDayPnl(this.#session.journal.read, days));
    if (!terms) return { folding, booked, ...NOT_EXPLAINED };
    this.#explaining ??= this.#explain().finally(() => {
      this.#explaining = null;
    });
    return { folding, booked, ...(await this.#explaining) };
  }

  /** In hourly steps. */
  async #explain(): Promise<Explanation> {
    const { journal } = this.#session;
    const rows: PnlRow[] = [];
    const excluded = new Set<string>();
    for (const step of explainInSlices(journal.read, HOUR)) {
      if (step === null) {
        await pause();
        continue;
      }
      rows.push(...step.rows);
      for (const one of step.excluded) excluded.add(`${one.key} in ${one.account}: ${one.why}`);
    }
    const days = sumPnl(rows, 'day').map(({ key, terms, total }) => ({ day: key, terms, total }));
    return { days, excluded: [...excluded] };
  }
}
