const TIMES = Number(process.env.KEEL_TEST_TIMES ?? 1);

/** How often a random trial is run: `inSuite` times in `npm test`, more often by `npm run -s assure`. */
export function trials(inSuite: number): number {
  return inSuite * TIMES;
}
