import { assertChecksum, checksumOf } from './checksum.ts';
import type { ReadHandle, WriteHandle } from './handles.ts';

type SettingRow = { readonly value: string; readonly checksum: number };

/** The named value, or null where none was written. Throws `store-damaged` where the disk changed it. */
export function readSetting(read: ReadHandle, name: string): string | null {
  const row = read
    .select<[string], SettingRow>('setting', 'SELECT value, checksum FROM settings WHERE name = ?')
    .first(name);
  if (row === undefined) return null;
  assertChecksum('settings', name, [name, row.value], row.checksum);
  return row.value;
}

/** Writes named values; each is on disk when the call returns. */
export function settingWriter(store: WriteHandle): (name: string, value: string) => void {
  const upsert = store.change<[string, string, number]>(
    'write setting',
    'INSERT INTO settings VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, checksum = excluded.checksum',
  );
  return (name, value) => void upsert.run(name, value, checksumOf([name, value]));
}
