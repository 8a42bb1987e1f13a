import { once } from 'node:events';
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { ReadHandle } from '#main/store/handles.ts';

/** As much of @duckdb/node-api as is needed; it is installed beside the peers, not in the project. */
interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
  closeSync(): void;
}
interface DuckDb {
  readonly DuckDBInstance: {
    create(
      file: string,
      options: Readonly<Record<string, string>>,
    ): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
}

/** Day (its number since 1970), account, instrument, trades, realised, fees, funding, net. */
export type DuckRow = readonly [number, string, string, number, string, string, string, string];

export interface DuckDays {
  rows(): Promise<readonly DuckRow[]>;
  close(): void;
}

/** Decimals of eight places in 64 bits: the quickest type of DuckDB's that holds these amounts exactly. */
const AMOUNT = 'DECIMAL(18, 8)';

function moduleOf(peers: string | null): DuckDb | null {
  const folders = [process.env.PEERS_ROOT, peers, join(tmpdir(), 'keel-bench-peers')];
  for (const folder of folders) {
    if (!folder || !existsSync(join(folder, 'node_modules', '@duckdb', 'node-api'))) continue;
    return createRequire(join(folder, 'package.json'))('@duckdb/node-api') as DuckDb;
  }
  return null;
}

async function writeChanges(read: ReadHandle, file: string): Promise<void> {
  const sql = 'SELECT at, account, instrument, quantity, realised, fee, funding FROM position_changes';
  const out = createWriteStream(file);
  let lines = '';
  for (const row of read.select<[], Record<string, string>>('changes', sql).each()) {
    lines += `${Object.values(row).join(',')}\n`;
    if (lines.length < 1 << 20) continue;
    if (!out.write(lines)) await once(out, 'drain');
    lines = '';
  }
  out.end(lines);
  await finished(out);
}

const LOAD = `CREATE TABLE changes AS SELECT * FROM read_csv('FILE', header = false, columns = {happened: 'BIGINT',
  account: 'VARCHAR', instrument: 'VARCHAR', quantity: '${AMOUNT}', realised: '${AMOUNT}', fee: '${AMOUNT}', funding: '${AMOUNT}'})`;
const DAYS = `SELECT (happened // 86400000)::INTEGER AS day, account, instrument, (count(*) FILTER (quantity <> 0))::INTEGER,
  sum(realised)::VARCHAR, sum(fee)::VARCHAR, sum(funding)::VARCHAR, sum(realised - fee + funding)::VARCHAR
  FROM changes GROUP BY ALL ORDER BY 1, 2, 3`;

/** The same changes in DuckDB's own file beside the store, on one thread; a text where it is not installed. */
export async function duckDays(peers: string | null, store: string, read: ReadHandle): Promise<DuckDays | string> {
  const duckdb = moduleOf(peers);
  if (duckdb === null) return 'npm @duckdb/node-api is not installed in the peers folder (PEERS_ROOT names it)';
  const csv = `${store}.csv`;
  const instance = await duckdb.DuckDBInstance.create(`${store}.duckdb`, { threads: '1' });
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  if (tables.getRows().length === 0) {
    await writeChanges(read, csv);
    await connection.run(LOAD.replace('FILE', csv));
    rmSync(csv);
  }
  return {
    rows: async () => (await connection.runAndReadAll(DAYS)).getRows() as unknown[] as DuckRow[],
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
