import { appendFileSync } from 'node:fs';

/** File that the long form of the tests (`npm run -s assure`) collects figures in; none in `npm test`. */
const FILE = process.env.KEEL_TEST_COUNTS;

/** How far a long test has come; said by the long form alone. */
export function tellProgress(text: string): void {
  if (FILE !== undefined) process.stderr.write(`${text}\n`);
}

/** What a test counted, for the long form's report. */
export function tellCounts(what: string, counts: object): void {
  if (FILE !== undefined) appendFileSync(FILE, `${JSON.stringify({ what, ...counts })}\n`);
}
