import { applicationId, type StoreFormat } from '#main/store/format.ts';
import { journalMigration } from './0001-journal.ts';
import { fundingAndTapeMigration } from './0002-funding-and-tape.ts';
import { inputsMigration } from './0003-inputs.ts';
import { positionHistoryMigration } from './0004-position-history.ts';
import { statementsMigration } from './0005-statements.ts';
import { annotationsMigration } from './0006-annotations.ts';
import { dayPnlMigration } from './0007-day-pnl.ts';
import { historyByOpeningMigration } from './0008-history-by-opening.ts';

/** The session's own file: journal, projections and market tape. New migrations are appended, old ones never change. */
export const JOURNAL_FORMAT: StoreFormat = {
  name: 'journal',
  applicationId: applicationId('KEEL'),
  migrations: [
    ...[journalMigration, fundingAndTapeMigration, inputsMigration, positionHistoryMigration],
    ...[statementsMigration, annotationsMigration, dayPnlMigration, historyByOpeningMigration],
  ],
};
