#!/usr/bin/env node
import { toFault } from '#shared/units/result.ts';
import { alerts } from './alerts.ts';
import { backtest } from './backtest.ts';
import { collateral } from './collateral.ts';
import { type Command, type Output, USAGE } from './command.ts';
import { data } from './data.ts';
import { depth } from './depth.ts';
import { exotic } from './exotic.ts';
import { exportHistory } from './export.ts';
import { flatten } from './flatten.ts';
import { hedge } from './hedge.ts';
import { importStatement } from './import.ts';
import { iv } from './iv.ts';
import { keys } from './keys.ts';
import { margin } from './margin.ts';
import { onchain } from './onchain.ts';
import { price } from './price.ts';
import { protect } from './protect.ts';
import { range } from './range.ts';
import { replay } from './replay.ts';
import { risk } from './risk.ts';
import { route } from './route.ts';
import { run } from './run.ts';
import { scenario } from './scenario.ts';
import { schema } from './schema.ts';
import { stress } from './stress.ts';
import { surface } from './surface.ts';
import { sweep } from './sweep.ts';
import { venues } from './venues.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';
import { worker } from './worker.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  price,
  iv,
  exotic,
  surface,
  run,
  risk,
  scenario,
  stress,
  margin,
  hedge,
  alerts,
  protect,
  flatten,
  route,
  depth,
  collateral,
  range,
  onchain,
  venues,
  keys,
  verify,
  replay,
  backtest,
  import: importStatement,
  sweep,
  worker,
  export: exportHistory,
  data,
  schema,
};

function overview(): string {
  const lines = Object.values(COMMANDS).map((one) => `  ${one.usage}\n      ${one.about}`);
  return `keel: the same engine without a window\n\n${lines.join('\n')}\n\nFiles may be "-" for standard input. Exit: 0 done, 1 a failed check, 2 bad usage or input.`;
}

const output: Output = {
  result: (text) => void process.stdout.write(`${text}\n`),
  say: (text) => void process.stderr.write(`${text}\n`),
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return version(output);
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (name === undefined || name === '--help' || name === 'help') {
    output.result(overview());
    return name === undefined ? USAGE : 0;
  }
  if (!command) {
    output.say(`keel: there is no command "${name}"; keel --help lists them`);
    return USAGE;
  }
  if (rest.includes('--help')) {
    output.result(`${command.usage}\n  ${command.about}`);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (thrown) {
    output.say(`keel ${name}: ${toFault(thrown).message}`);
    return USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
