import type { EpochMs } from '#shared/units/time.ts';

const QUOTED = /[",\r\n]/;
/** What a spreadsheet would take for a formula. Venues choose these texts, so they are shown as text. */
const FORMULA = /^[=+\-@\t]/;

/** A text cell: harmless to spreadsheets, quoted as RFC 4180 has it. Figures are written as they are. */
export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function time(at: EpochMs): string {
  return new Date(at).toISOString();
}
