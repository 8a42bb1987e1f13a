import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backtestOf, type RunHead, readShapes, repeat, type Shapes } from '#main/backtest/backtest.ts';
import { claimRunFile, writeRun } from '#main/backtest/run-store.ts';
import { startKernel } from '#main/risk/simd.ts';
import { type Command, DONE, FAILED, type Output, options, required, toJson } from './command.ts';

const RESOURCES = join(fileURLToPath(new URL('..', import.meta.url)), '..', 'resources');

export function shapes(): Shapes {
  return readShapes((name) => readFileSync(join(RESOURCES, name), 'utf8'));
}

const usd = (value: number): string => `${value.toFixed(2)} USD`;

/** The figures on standard error, for whoever looks on. */
function tell({ summary, costs, counts, notes }: RunHead, output: Output): void {
  for (const note of notes) output.say(`note: ${note}`);
  const sharpe = summary.sharpeAnnual?.toFixed(2) ?? 'none';
  output.say(
    `P&L ${usd(summary.pnlUsd)}, Sharpe ${sharpe} ± ${summary.sharpeErrorAnnual?.toFixed(2) ?? 'none'} a year; ` +
      `deepest fall ${usd(summary.drawdownUsd)}, worst period ${usd(summary.worstUsd)} at ${new Date(summary.worstAt).toISOString()}`,
  );
  output.say(
    `costs: fees ${usd(costs.feesUsd)}, spread ${usd(costs.spreadUsd)}, impact ${usd(costs.impactUsd)}, funding ${usd(costs.fundingUsd)}; ` +
      `${counts.hedges} hedges, ${counts.fills} fills, ${counts.denied} denied, ${counts.liquidations} liquidations`,
  );
}

/** A bar on standard error, on a terminal only. */
export function progressBar(label: string): (share: number) => void {
  let shown = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (!process.stderr.isTTY || percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${label} ${String(percent).padStart(3)} %${percent >= 100 ? '\n' : ''}`);
  };
}

async function again(file: string, output: Output): Promise<number> {
  const repeated = await repeat(file, shapes());
  if (!repeated.sameData)
    output.say(`the data have changed: hash ${repeated.stored.dataHash} when it ran, ${repeated.now.dataHash} now`);
  if (!repeated.sameResult) output.say('the result is another one');
  output.result(toJson(repeated));
  return repeated.sameData && repeated.sameResult ? DONE : FAILED;
}

export const backtest: Command = {
  usage: 'keel backtest CONFIG.json [--out RUN.db] | keel backtest RUN.db',
  about:
    'the engine over bars, quotes, order books, option chains and funding from CSV or Parquet files; prints statistics and costs as JSON. Of a stored run: runs it again, exit 1 when data or result differ',
  async run(args, output) {
    const { values, positionals } = options(args, { out: { type: 'string' } });
    const file = required(positionals[0], 'CONFIG.json');
    startKernel();
    if (file.endsWith('.db')) return again(file, output);
    if (values.out !== undefined) claimRunFile(values.out);
    const { head, run } = await backtestOf(file, shapes(), progressBar('backtest'));
    if (values.out !== undefined) writeRun(values.out, { head: { ...head }, samples: run.samples, log: run.log });
    tell(head, output);
    output.result(toJson(head));
    return DONE;
  },
};
