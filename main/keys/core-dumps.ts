import { writeFileSync } from 'node:fs';
import { toFault } from '#shared/units/result.ts';

/** Linux leaves nothing of this process's memory in a core dump. Elsewhere, and where it may not: as the system does. */
export function forbidCoreDumps(who: string): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch (thrown) {
    process.stderr.write(`${who}: core dumps stay as they are: ${toFault(thrown).message}\n`);
  }
}
