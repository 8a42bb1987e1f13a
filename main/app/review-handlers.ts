import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readShapes } from '#main/backtest/backtest.ts';
import { htmlReport, picture } from '#main/backtest/html-report.ts';
import { listReviews, openReview, type ReviewPlaces, reportName, runDemo } from '#main/backtest/reviews.ts';
import type { Handlers } from '#main/ipc/router.ts';

type ReviewMethods = 'review.list' | 'review.open' | 'review.demo' | 'review.export';

/** Runs and recorded sessions, looked at afterwards: nothing of the running session is touched. */
export function reviewHandlers(
  places: ReviewPlaces,
  resources: string,
  exports: string,
): Pick<Handlers, ReviewMethods> {
  return {
    'review.list': () => listReviews(places),
    'review.open': ({ run }) => openReview(places, run),
    'review.demo': async () => {
      const shapes = readShapes((name) => readFileSync(join(resources, name), 'utf8'));
      return { run: await runDemo(places, resources, shapes) };
    },
    'review.export': async ({ run, as, from, to }) => {
      const review = await openReview(places, run);
      const file = join(exports, reportName(review, as === 'page' ? 'html' : 'svg'));
      const interval = from === null || to === null ? null : { from, to };
      await writeFile(file, as === 'page' ? htmlReport(review, interval) : picture(review));
      return { file };
    },
  };
}
