import { STATEMENT_FORMATS } from '#main/statements/formats.ts';
import { type ReadOptions, readStatement, type StatementReading } from '#main/statements/read-statement.ts';
import { formatOf } from '#main/statements/recognise.ts';
import { importReport } from '#main/statements/report.ts';
import { parseZone } from '#main/statements/statement-row.ts';
import { importPlanned, planImport } from '#main/store/import-statement.ts';
import type { ImportReport } from '#shared/domain/history/import-report.ts';
import { LARGEST_STATEMENT, type StatementFile } from '#shared/ipc/journal.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import type { Session } from './session.ts';

/** What the window asks of one file. */
export interface StatementQuestion {
  readonly file: string;
  /** Null: told by the columns. */
  readonly format: string | null;
  readonly account: string | null;
  readonly zone: string | null;
  readonly dates: 'dmy' | 'mdy' | null;
}

interface Held {
  readonly name: string;
  readonly bytes: Uint8Array;
  received: number;
}

function bad(what: string): FaultError {
  return new FaultError(fault('statement', what));
}

/** Statements on their way from a window into the journal. It holds one file at a time. */
export class StatementDesk {
  #held: (Held & { readonly id: string }) | null = null;
  #count = 0;

  /** Makes room for a file whose pieces will come. */
  begin(name: string, bytes: number): StatementFile {
    if (bytes > LARGEST_STATEMENT) throw bad(`${name}: larger than ${LARGEST_STATEMENT >> 20} MB; use keel import`);
    this.#count += 1;
    const id = `statement-${this.#count}`;
    this.#held = { id, name, bytes: new Uint8Array(bytes), received: 0 };
    return { id, name, bytes };
  }

  piece(id: string, base64: string): void {
    const piece = Buffer.from(base64, 'base64');
    const held = this.#file(id);
    if (held.received + piece.length > held.bytes.length) throw bad(`${held.name}: more came than was announced`);
    held.bytes.set(piece, held.received);
    held.received += piece.length;
  }

  #file(id: string): Held {
    if (this.#held?.id === id) return this.#held;
    throw bad('the file is no longer held: choose it again');
  }

  async #reading({ file, format, account, zone, dates }: StatementQuestion, now: number): Promise<StatementReading> {
    const held = this.#file(file);
    if (held.received < held.bytes.length) throw bad(`${held.name}: it has not arrived in full`);
    const name = format ?? (await formatOf(held.name, held.bytes));
    const known = Object.hasOwn(STATEMENT_FORMATS, name) ? STATEMENT_FORMATS[name] : undefined;
    if (known === undefined) throw bad(`expected one of ${Object.keys(STATEMENT_FORMATS).join(', ')}, was "${name}"`);
    const minutes = zone === null || zone.trim() === '' ? null : parseZone(zone);
    if (zone !== null && zone.trim() !== '' && minutes === null) {
      throw bad(`zone: expected a zone such as +02:00 or UTC, was "${zone}"`);
    }
    const options: ReadOptions = {
      ...{ format: name, account: account?.trim() || `${name}-statements`, now },
      ...{ ...(minutes === null ? {} : { zone: minutes }), ...(dates === null ? {} : { dates }) },
    };
    return readStatement(held.name, held.bytes, known, options);
  }

  async preview(session: Session, question: StatementQuestion): Promise<ImportReport> {
    const reading = await this.#reading(question, session.clock.now());
    return importReport(reading, planImport(session.journal.read, reading.statement, reading.lines), false);
  }

  async import(session: Session, question: StatementQuestion): Promise<ImportReport> {
    const now = session.clock.now();
    const reading = await this.#reading(question, now);
    const plan = planImport(session.journal.read, reading.statement, reading.lines);
    importPlanned(session.journal, plan, now);
    this.#held = null;
    return importReport(reading, plan, true);
  }
}
