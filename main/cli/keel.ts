#!/usr/bin/env node
import { toFault } from '#shared/units/result.ts';
import { type Command, type Output, USAGE } from './command.ts';
import { version } from './version.ts';

/** Each is loaded when it is called: a price needs no venue's client. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  price: async () => (await import('./price.ts')).price,
  iv: async () => (await import('./iv.ts')).iv,
  exotic: async () => (await import('./exotic.ts')).exotic,
  surface: async () => (await import('./surface.ts')).surface,
  run: async () => (await import('./run.ts')).run,
  risk: async () => (await import('./risk.ts')).risk,
  scenario: async () => (await import('./scenario.ts')).scenario,
  stress: async () => (await import('./stress.ts')).stress,
  margin: async () => (await import('./margin.ts')).margin,
  hedge: async () => (await import('./hedge.ts')).hedge,
  alerts: async () => (await import('./alerts.ts')).alerts,
  protect: async () => (await import('./protect.ts')).protect,
  flatten: async () => (await import('./flatten.ts')).flatten,
  route: async () => (await import('./route.ts')).route,
  depth: async () => (await import('./depth.ts')).depth,
  collateral: async () => (await import('./collateral.ts')).collateral,
  range: async () => (await import('./range.ts')).range,
  onchain: async () => (await import('./onchain.ts')).onchain,
  venues: async () => (await import('./venues.ts')).venues,
  keys: async () => (await import('./keys.ts')).keys,
  verify: async () => (await import('./verify.ts')).verify,
  replay: async () => (await import('./replay.ts')).replay,
  backtest: async () => (await import('./backtest.ts')).backtest,
  import: async () => (await import('./import.ts')).importStatement,
  sweep: async () => (await import('./sweep.ts')).sweep,
  worker: async () => (await import('./worker.ts')).worker,
  export: async () => (await import('./export.ts')).exportHistory,
  data: async () => (await import('./data.ts')).data,
  schema: async () => (await import('./schema.ts')).schema,
};

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const lines = commands.map((one) => `  ${one.usage}\n      ${one.about}`);
  return `keel: the same engine without a window\n\n${lines.join('\n')}\n\nFiles may be "-" for standard input. Exit: 0 done, 1 a failed check, 2 bad usage or input.`;
}

const output: Output = {
  result: (text) => void process.stdout.write(`${text}\n`),
  say: (text) => void process.stderr.write(`${text}\n`),
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return version(output);
  const load = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (name === undefined || name === '--help' || name === 'help') {
    output.result(await overview());
    return name === undefined ? USAGE : 0;
  }
  if (load === undefined) {
    output.say(`keel: there is no command "${name}"; keel --help lists them`);
    return USAGE;
  }
  const command = await load();
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
