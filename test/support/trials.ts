const TIMES = Number(process.env.KEEL_TEST_TIMES ?? 1);
/** A count that was asked for takes the place of every other. */
const COUNT = process.env.KEEL_TEST_COUNT;
const TELLS = 20;

/** How often a random trial is run: `inSuite` times in `npm test`, more often by `npm run -s assure`. */
export function trials(inSuite: number): number {
  return COUNT === undefined ? inSuite * TIMES : Number(COUNT);
}

/** Says on standard error how far a long run of trials is; nothing in `npm test`. */
export function tellProgress(what: string, done: number, all: number): void {
  const isLong = COUNT !== undefined || TIMES > 1;
  if (isLong && done % Math.ceil(all / TELLS) === 0) process.stderr.write(`${what}: ${done} of ${all}\n`);
}
