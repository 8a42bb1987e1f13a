// A Deribit with as many instruments as the real one lists, in a process of its own; tells its addresses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineClock } from '#main/session/machine-clock.ts';
import { readPaperResources } from '#main/venues/paper/resources.ts';
import { ROOT } from '#scripts/checkout.mjs';
import { DAY } from '#shared/units/time.ts';
import { plainBook } from '#test/fixtures/paper/market.ts';
import { startSimulator } from '#test/venues/deribit/simulator.ts';
import type { Listed } from './messages.ts';

/** 15 expiries of 90 strikes, calls and puts, settled in coin and in dollars: 5,400 options. */
const EXPIRIES = 15;
const STRIKES = { from: 1_000, to: 45_500, step: 500 };

const read = (name: string): string => readFileSync(join(ROOT, 'resources', name), 'utf8');
const first = Date.UTC(2020, 2, 27, 8);
const expiries = Array.from({ length: EXPIRIES }, (_, i) => first + i * 7 * DAY);
const demo = { ...plainBook(), tape: 'march-2020', instruments: { expiries, futures: [first], strikes: STRIKES } };
const resources = { ...readPaperResources(read, 'march-2020'), demo };
const { rest, ws, exchange } = await startSimulator({ resources, seed: 1, clock: machineClock(), port: 0 });
process.once('disconnect', () => process.exit());
process.send?.({ rest, ws, instruments: exchange.instruments('deribit-paper').length } satisfies Listed);
