import { keepingMarket } from '#main/backtest/market-tape.ts';
import { type SweepTask, work } from '#main/backtest/sweep-work.ts';
import { startKernel } from '#main/risk/simd.ts';
import { shapes } from './backtest.ts';
import { type Command, DONE, options, usageFault, within } from './command.ts';

/** Answers the messages of the sweep that started this process, until it lets go. */
function serveParent(): Promise<void> {
  const [known, read] = [shapes(), keepingMarket()];
  return new Promise((resolve) => {
    process.on('message', (task: SweepTask) => {
      void work(task, known, read).then((answer) => process.send?.(answer));
    });
    process.once('disconnect', () => resolve());
  });
}

export const worker: Command = {
  usage: 'keel worker --queue redis://HOST:PORT [--lost-after SECONDS]',
  about: 'works out runs of sweeps from a queue, until it is stopped; it may be killed at any time',
  async run(args) {
    const { values } = options(args, { queue: { type: 'string' }, 'lost-after': { type: 'string', default: '30' } });
    const { queue } = values;
    const lostAfter = within(values['lost-after'], '--lost-after', 1, 3_600);
    startKernel();
    if (queue === undefined) {
      if (process.send === undefined) throw usageFault('--queue redis://HOST:PORT is missing');
      await serveParent();
      return DONE;
    }
    const stop = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
    });
    const { serveQueue } = await import('#main/backtest/sweep-queue.ts');
    await serveQueue(queue, shapes(), 1_000 * lostAfter, stop);
    return DONE;
  },
};
