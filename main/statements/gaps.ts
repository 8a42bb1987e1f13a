import { absolute, add, compare, type Decimal, decimal, subtract } from '#shared/units/decimal.ts';
import type { Ledger } from './format.ts';
import type { StatementRow } from './statement-row.ts';

/** Gaps named one by one; more are counted. */
const NAMED = 10;

interface Standing {
  readonly row: number;
  readonly currency: string;
  readonly change: Decimal;
  readonly balance: Decimal;
  /** Two of the last digit shown: what is printed is rounded. */
  readonly slack: Decimal;
}

function placesOf(text: string): number {
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

function standingOf(row: StatementRow, ledger: Ledger): readonly Standing[] {
  if (row.text(ledger.change) === '' || row.text(ledger.balance) === '') return [];
  const places = Math.min(placesOf(row.text(ledger.change)), placesOf(row.text(ledger.balance)));
  const currency = ledger.currency === null ? '' : row.text(ledger.currency);
  const figures = { change: row.decimal(ledger.change), balance: row.decimal(ledger.balance) };
  return [{ row: row.row, currency, ...figures, slack: decimal(`2e-${places}`) }];
}

/** Where a balance does not follow from the one before it, in this order of rows. */
function breaks(standings: readonly Standing[]): readonly string[] {
  const last = new Map<string, Standing>();
  return standings.flatMap((one) => {
    const before = last.get(one.currency);
    last.set(one.currency, one);
    if (before === undefined) return [];
    const expected = add(before.balance, one.change);
    if (compare(absolute(subtract(one.balance, expected)), one.slack) <= 0) return [];
    return [`row ${one.row}: expected a balance of ${expected} after row ${before.row}, was ${one.balance}: rows between them are missing`]; // biome-ignore format: one sentence
  });
}

/** What a statement's own balances say is missing from it, row by row; of a file in either direction of time. */
export function gapsIn(rows: readonly StatementRow[], ledger: Ledger | undefined): readonly string[] {
  if (ledger === undefined) return [];
  const forward = rows.flatMap((row) => standingOf(row, ledger));
  const [down, up] = [breaks(forward), breaks(forward.toReversed())];
  const found = down.length <= up.length ? down : up;
  const more = found.length - NAMED;
  return more > 0 ? [...found.slice(0, NAMED), `and ${more} more gaps`] : found;
}
