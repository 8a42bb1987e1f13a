import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CHAIN_COLUMNS, type ChainRow, chainRow, chainsOf } from '#main/cli/chain-file.ts';
import type { OptionChain } from '#shared/pricing/surface-fit/chain.ts';
import { CsvTable } from '#shared/units/csv-table.ts';

const FOLDERS = ['deribit_option_chains_2026h1', 'equity_option_chain_goog_2015'];
const CHAIN_FILE = /^(goog_)?chains?_.*\.csv(\.gz)?$/;

/** Every snapshot of a file of chains, one chain per underlying. */
function chainsOfFile(path: string): OptionChain[] {
  const bytes = readFileSync(path);
  const table = new CsvTable(path, CHAIN_COLUMNS);
  const snapshots = new Map<number, ChainRow[]>();
  const take = (row: ChainRow) => {
    const rows = snapshots.get(row.at);
    if (rows) rows.push(row);
    else snapshots.set(row.at, [row]);
  };
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  for (const row of table.push(text)) take(chainRow(row));
  for (const row of table.end()) take(chainRow(row));
  return [...snapshots].flatMap(([at, rows]) => chainsOf(rows, at));
}

/** The chains in the folders under `path` that hold option chains; throws where there is none. */
export function chainsUnder(path: string): OptionChain[] {
  const files = FOLDERS.map((folder) => join(path, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => ({ folder, name })))
    .filter(({ name }) => CHAIN_FILE.test(name))
    .map(({ folder, name }) => join(folder, name));
  if (files.length === 0) throw new Error(`${path}: expected a folder ${FOLDERS.join(' or ')} with chains, was none`);
  return files.flatMap(chainsOfFile);
}
