import { crc32 } from 'node:zlib';
import { FaultError, fault } from '#shared/units/result.ts';
import type { SqlValue } from './handles.ts';

/** CRC-32 of a row's values. Catches damage to the disk, not forgery: that is what the journal's hash chain is for. */
export function checksumOf(values: readonly SqlValue[]): number {
  let sum = 0;
  let text = '';
  for (const value of values) {
    // Unit separators keep ("ab", "c") and ("a", "bc") apart.
    if (typeof value === 'string') text += `${value}\u001f`;
    else if (Buffer.isBuffer(value)) sum = crc32(value, sum);
    else text += value === null ? '\u0000\u001f' : `${value}\u001f`;
  }
  return crc32(text, sum);
}

/** Throws `store-damaged` naming table and key unless `checksum` is that of `values`. */
export function assertChecksum(table: string, key: string, values: readonly SqlValue[], checksum: number): void {
  if (checksumOf(values) === checksum) return;
  const message = `table ${table}, row ${key}: its checksum does not match; run "keel verify" and restore a backup`;
  throw new FaultError(fault('store-damaged', message, { table, key }));
}
