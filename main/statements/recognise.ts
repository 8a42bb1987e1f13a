import { FaultError, fault } from '#shared/units/result.ts';
import { STATEMENT_FORMATS } from './formats.ts';
import { findHead } from './read-statement.ts';
import { recordsOf } from './records.ts';

/** The format whose columns a file has; the generic one is tried last. Throws where none fits. */
export async function formatOf(file: string, bytes: Uint8Array): Promise<string> {
  const found = await recordsOf(file, bytes);
  const names = Object.entries(STATEMENT_FORMATS);
  const fitting = names.find(([, format]) => findHead(found, format, new Map()) !== null);
  if (fitting !== undefined) return fitting[0];
  const message = `${file}, row 0 (head): expected the columns of ${names.map(([name]) => name).join(', ')}, was none of them`;
  throw new FaultError(fault('statement', message, { file }));
}
