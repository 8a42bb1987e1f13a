import { join } from 'node:path';
import type { Assembled } from '#shared/risk/assemble.ts';
import { betaWeights, exposures } from '#shared/risk/exposure.ts';
import { frontier } from '#shared/risk/frontier.ts';
import { lawOf, monteCarloSample } from '#shared/risk/monte-carlo.ts';
import { defaultAxes } from '#shared/risk/problem.ts';
import {
  columnOf,
  EWMA_DAILY,
  filteredSample,
  fitGarch,
  historicalSample,
  type ReturnHistory,
  type ReturnSample,
} from '#shared/risk/returns.ts';
import { revalue, SURFACE_RULE } from '#shared/risk/revaluation.ts';
import { rollingForecasts } from '#shared/risk/rolling-var.ts';
import { DEFAULT_MARGIN_POLICY, ruin } from '#shared/risk/ruin.ts';
import { stress as stressed } from '#shared/risk/stress.ts';
import { valueAtRisk } from '#shared/risk/var.ts';
import { backtest } from '#shared/risk/var-backtest.ts';
import { type Command, DONE, options, required, toJson, within } from './command.ts';
import { assembleState, readState, STATE_OPTIONS } from './measure.ts';
import { readSet, SETS } from './scenario-sets.ts';
import { historyFor, readHistory } from './stress-history.ts';

const HISTORY = 'history-btc.csv';
const RUIN_PATHS = 1_000;
const RUIN_DAYS = 30;
const FREEDOM = 5;
const WINDOW = 500;
const STEPS_A_DAY = 1;

interface VarPlan {
  readonly level: number;
  readonly days: number;
  readonly paths: number;
  readonly seed: number;
  readonly reserveUsd: number;
}

function samplesOf(history: ReturnHistory, { days, paths, seed }: VarPlan) {
  const models = Array.from({ length: history.columns }, (_, c) => {
    const returns = columnOf(history, c);
    return returns.some((r) => r !== 0) ? fitGarch(returns) : EWMA_DAILY;
  });
  const law = lawOf(history, (c) => models[c] ?? EWMA_DAILY, FREEDOM);
  const simulation = { paths, days, seed };
  const samples: Readonly<Record<string, ReturnSample>> = {
    historical: historicalSample(history, days),
    'filtered-ewma': filteredSample(history, () => EWMA_DAILY, simulation),
    'filtered-garch': filteredSample(history, (c) => models[c] ?? EWMA_DAILY, simulation),
    'monte-carlo': monteCarloSample(law, simulation),
  };
  return { law, samples };
}

function varOf(assembled: Assembled, history: ReturnHistory, plan: VarPlan) {
  const { problem, identity } = assembled;
  const { law, samples } = samplesOf(history, plan);
  const methods = Object.entries(samples).map(([method, sample]) => {
    const found = valueAtRisk(problem, sample, { level: plan.level, rule: SURFACE_RULE });
    const contributions = found.contributions.map(({ holding, ...shares }) => {
      const row = identity.rows[holding];
      return { account: row?.account, instrument: row?.instrument ?? null, currency: row?.currency, ...shares };
    });
    return { method, ...found, contributions };
  });
  const daily = revalue(problem, historicalSample(history, 1), SURFACE_RULE).pnl;
  const judge = (method: 'historical' | 'filtered') => {
    const days = rollingForecasts(daily, { window: WINDOW, level: plan.level, method });
    return days.length < 2 ? null : { method, window: WINDOW, ...backtest(days, plan.level, plan.seed) };
  };
  return {
    methods,
    backtests: daily.length > 2 * WINDOW ? [judge('historical'), judge('filtered')].filter((one) => one !== null) : [],
    ruin: ruin(problem, {
      paths: Math.min(plan.paths, RUIN_PATHS), days: RUIN_DAYS, stepsPerDay: STEPS_A_DAY, seed: plan.seed, law,
      rule: SURFACE_RULE, policy: { ...DEFAULT_MARGIN_POLICY, reserveUsd: plan.reserveUsd },
    }), // biome-ignore format: one glance
  };
}

export const stress: Command = {
  usage:
    'keel stress --book BOOK.json --market MARKET.json --set NAME|FILE [--var [--level 0.99] [--horizon 1] [--paths 10000] [--seed 1] [--reserve 0] [--history PRICES.csv]] [--frontier]',
  about: 'a named or own scenario set as shock and path; VaR, ES, probability of ruin; nearest joint breach, JSON',
  async run(args, output) {
    const { values } = options(args, {
      ...STATE_OPTIONS,
      set: { type: 'string' },
      var: { type: 'boolean', default: false },
      frontier: { type: 'boolean', default: false },
      level: { type: 'string', default: '0.99' },
      horizon: { type: 'string', default: '1' },
      paths: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      reserve: { type: 'string', default: '0' },
      history: { type: 'string', default: join(SETS, HISTORY) },
    });
    const plan: VarPlan = {
      level: within(values.level, '--level', 0.5001, 0.9999, false),
      days: within(values.horizon, '--horizon', 1, 60),
      paths: within(values.paths, '--paths', 100, 1_000_000),
      seed: within(values.seed, '--seed', 0, 2 ** 32 - 1),
      reserveUsd: within(values.reserve, '--reserve', 0, 1e12, false),
    };
    const set = readSet(required(values.set, '--set NAME|FILE'));
    const assembled = assembleState(readState(values), defaultAxes());
    const { identity } = assembled;
    const history = values.var ? historyFor(readHistory(values.history), set, identity.underlyings) : null;
    output.result(
      toJson({
        ...stressed(assembled, set),
        exposures: exposures(assembled, { weights: betaWeights(set.betas) }),
        ...(history === null ? {} : { valueAtRisk: varOf(assembled, history, plan) }),
        ...(values.frontier ? { frontier: frontier(assembled) } : {}),
        excluded: identity.excluded,
      }),
    );
    return DONE;
  },
};
