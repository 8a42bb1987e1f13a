import { FaultError, fault } from '#shared/units/result.ts';

/** SQLite's primary code → our stable code and what it means to the trader. Extended codes share the prefix. */
const MEANINGS: readonly (readonly [prefix: string, code: string, meaning: string])[] = [
  ['SQLITE_FULL', 'store-disk-full', 'the disk is full, nothing was written'],
  ['SQLITE_IOERR', 'store-io', 'the disk reports an error; nothing more is written until the store is opened again'],
  ['SQLITE_CORRUPT', 'store-damaged', 'the file is damaged; run "keel verify" and restore a backup'],
  ['SQLITE_NOTADB', 'store-not-database', 'expected a SQLite database, was something else'],
  ['SQLITE_READONLY', 'store-read-only', 'the file or its folder cannot be written'],
  ['SQLITE_CANTOPEN', 'store-cannot-open', 'the file cannot be opened'],
  ['SQLITE_BUSY', 'store-busy', 'another program (a running Keel?) has the file open'],
  ['SQLITE_LOCKED', 'store-busy', 'another program (a running Keel?) has the file open'],
];

/** Tables whose uniqueness is a rule of the field. */
const DUPLICATES: readonly (readonly [columns: string, code: string, meaning: string])[] = [
  ['fills.venue', 'duplicate-fill', 'a fill with this venue, account and trade id is already booked'],
  ['funding.account', 'duplicate-funding', 'a funding payment with this account and id is already booked'],
  ['orders.id', 'duplicate-order', 'an order with this client order id already exists'],
  ['journal.seq', 'store-shared', 'another program has written to the journal; open it again'],
];

function codeOf(thrown: Error): string | null {
  const code = 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : null;
}

/** "EACCES" and its like, of the file system. */
function systemCodeOf(thrown: Error): string | null {
  return 'syscall' in thrown && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}

function fromSystem(thrown: Error, file: string): unknown {
  const system = systemCodeOf(thrown);
  if (system === null) return thrown;
  const message = `${file}: the file cannot be opened (${system})`;
  return new FaultError(fault('store-cannot-open', message, { file, system }), { cause: thrown });
}

/** An error of SQLite or the file system as a {@link FaultError} naming the file; anything else unchanged. */
export function storeError(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const sqlite = codeOf(thrown);
  if (sqlite === null) return fromSystem(thrown, file);
  const duplicate = DUPLICATES.find(([columns]) => thrown.message.includes(`failed: ${columns}`));
  const known = duplicate ?? MEANINGS.find(([prefix]) => sqlite.startsWith(prefix));
  const [, code, meaning] = known ?? ['', 'store', thrown.message];
  return new FaultError(fault(code, `${file}: ${meaning}`, { file, sqlite }), { cause: thrown });
}

/** Runs `work`; SQLite errors leave as {@link FaultError}. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw storeError(thrown, file);
  }
}

/** After these the state of the file is not known to us: an fsync that failed is never retried as if it had worked. */
export function isFatal(thrown: unknown): thrown is FaultError {
  return (
    thrown instanceof FaultError && ['store-io', 'store-damaged', 'store-not-database'].includes(thrown.fault.code)
  );
}
