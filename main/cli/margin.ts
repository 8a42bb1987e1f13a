import { MARGIN_RULES, type MarginRules } from '#shared/domain/account.ts';
import { accountFileFor } from '#shared/ipc/account-checks.ts';
import { type AccountFile, changesFrom, poolFrom } from '#shared/ipc/account-file.ts';
import { withLoanChange } from '#shared/risk/margin/aave-v3.ts';
import { type Assessment, assess } from '#shared/risk/margin/assessment.ts';
import { type MarginPool, withPosition } from '#shared/risk/margin/model.ts';
import { RULES, type Rules } from '#shared/risk/margin/rules.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type Command, DONE, options, readInput, required, toJson, usageFault } from './command.ts';

const NAMES = MARGIN_RULES.join('|');

function rulesNamed(text: string): MarginRules {
  const name = MARGIN_RULES.find((one) => one === text);
  if (!name) throw usageFault(`--rules: expected one of ${MARGIN_RULES.join(', ')}, was "${text}"`);
  return name;
}

/** The schema has tried them on the rules already. */
function rulesWith(name: MarginRules, given: AccountFile['parameters']): Rules {
  const merged = RULES[name].with(given);
  if (merged.ok) return merged.value;
  throw new FaultError(fault('parameters', `parameters: expected ${merged.error.expected}`));
}

function changed(pool: MarginPool, file: AccountFile): MarginPool {
  const { fills, steps } = changesFrom(file);
  return steps.reduce(withLoanChange, fills.reduce(withPosition, pool));
}

/** One pool for people and scripts. What is infinite (no debt, no equity) prints as null. */
function readable(pool: MarginPool, found: Assessment) {
  const { initial, maintenance, equity, marginBalance, available, ratio, details, liquidation } = found;
  const { byPosition, positionPrices } = found;
  const { healthFactor, ...parts } = details;
  return {
    currency: pool.currency,
    equity,
    marginBalance,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    available,
    ratio,
    ...(healthFactor === undefined ? {} : { healthFactor }),
    liquidation,
    positions: pool.positions.map(({ kind, underlying, right, strike, quantity }, k) => ({
      kind,
      underlying,
      ...(kind === 'option' ? { right: right > 0 ? 'call' : 'put', strike } : {}),
      quantity,
      initialMargin: byPosition?.[k]?.initial ?? null,
      maintenanceMargin: byPosition?.[k]?.maintenance ?? null,
      liquidationPrice: positionPrices[k] ?? null,
    })),
    details: parts,
  };
}

export const margin: Command = {
  usage: `keel margin --rules ${NAMES} --account ACCOUNT.json`,
  about: 'margin, equity, ratio or health factor and liquidation prices of an account, as JSON; nothing is sent',
  async run(args, output) {
    const { values } = options(args, { rules: { type: 'string' }, account: { type: 'string' } });
    const name = rulesNamed(required(values.rules, `--rules ${NAMES}`));
    const file = readInput(accountFileFor(name), required(values.account, '--account ACCOUNT.json'));
    const rules = rulesWith(name, file.parameters);
    const pool = poolFrom(file);
    const after = file.orders.length + file.steps.length > 0 ? changed(pool, file) : null;
    output.result(
      toJson({
        rules: name,
        ...readable(pool, assess(rules, pool)),
        ...(after ? { after: readable(after, assess(rules, after)) } : {}),
        ...(Object.keys(file.parameters).length > 0 ? { given: file.parameters } : {}),
        parameters: rules.parameters,
      }),
    );
    return DONE;
  },
};
