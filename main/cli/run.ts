import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineClock } from '#main/session/machine-clock.ts';
import { reportTable } from '#main/session/report-table.ts';
import { openSession } from '#main/session/session.ts';
import { parseDuration } from '#shared/units/time.ts';
import { type Command, DONE, options, toJson, usageFault } from './command.ts';
import { readable } from './measure.ts';

const outRoot = fileURLToPath(new URL('..', import.meta.url));
const PROFILES = ['demo'];

function speedOf(text: string): number {
  const speed = Number(text);
  if (!Number.isFinite(speed) || speed < 1 || speed > 3600)
    throw usageFault(`--speed: expected a number from 1 to 3600, was "${text}"`);
  return speed;
}

function durationOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const duration = parseDuration(text);
  if (duration === null) throw usageFault(`--for: expected a duration such as 60s, was "${text}"`);
  return duration;
}

/** Resolves when the time is over or the run is interrupted. */
function until(durationMs: number | null): Promise<void> {
  return new Promise((resolve) => {
    if (durationMs !== null) setTimeout(resolve, durationMs);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

export const run: Command = {
  usage: 'keel run --profile demo [--tape march-2020] [--for 60s] [--speed 60] [--headless] [--record FILE.db]',
  about: 'the engine without a window, on the paper venue; prints the last risk report as JSON',
  async run(args, output) {
    const { values } = options(args, {
      profile: { type: 'string', default: 'demo' },
      tape: { type: 'string', default: 'march-2020' },
      for: { type: 'string' },
      speed: { type: 'string', default: '60' },
      record: { type: 'string' },
      headless: { type: 'boolean', default: true },
    });
    if (!PROFILES.includes(values.profile))
      throw usageFault(`--profile: expected one of ${PROFILES.join(', ')}, was "${values.profile}"`);
    const duration = durationOf(values.for);
    const file = values.record ?? join(mkdtempSync(join(tmpdir(), 'keel-')), 'keel.db');
    const session = await openSession({
      id: 'cli',
      file,
      venueFile: `${file}-paper`,
      profile: values.profile,
      tape: values.tape,
      speed: speedOf(values.speed),
      clock: machineClock(),
      resources: join(outRoot, '..', 'resources'),
      riskWorker: new URL('../main/risk-worker.js', import.meta.url),
      installId: 'cli',
      onFault: (reason) => output.say(reason.message),
    });
    output.say(`session recorded in ${file}`);
    await until(duration);
    const report = session.risk.latest;
    await session.close();
    if (report) {
      output.say(reportTable(report));
      output.result(toJson(readable(report)));
    }
    return DONE;
  },
};
