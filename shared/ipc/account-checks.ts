import type { MarginRules } from '#shared/domain/account.ts';
import { AAVE_V3 } from '#shared/risk/margin/aave-v3-parameters.ts';
import { override } from '#shared/risk/margin/override.ts';
import { RULES } from '#shared/risk/margin/rules.ts';
import {
  type AccountFile,
  type AccountPosition,
  accountFile,
  currencyUsdOf,
  indexOf,
  isStable,
  priceOf,
  volOf,
  yearsOf,
} from './account-file.ts';

/** What a rule set takes of an account. */
interface Shape {
  readonly kinds: readonly AccountPosition['kind'][];
  readonly inverse: boolean;
  readonly collateral: boolean;
  readonly debt: boolean;
  readonly oneCoin: boolean;
}

const DERIBIT: Shape = {
  kinds: ['perpetual', 'future', 'option'],
  inverse: true,
  collateral: false,
  debt: false,
  oneCoin: false,
};
const DERIVE: Shape = { kinds: ['perpetual', 'option'], inverse: false, collateral: true, debt: false, oneCoin: false };

const SHAPES: Readonly<Record<MarginRules, Shape>> = {
  'deribit-standard': DERIBIT,
  'deribit-portfolio': DERIBIT,
  'derive-standard': DERIVE,
  'derive-portfolio': { ...DERIVE, oneCoin: true },
  hyperliquid: { kinds: ['perpetual'], inverse: false, collateral: false, debt: false, oneCoin: false },
  'perp-v2': { kinds: ['perpetual'], inverse: false, collateral: false, debt: false, oneCoin: false },
  'aave-v3': { kinds: [], inverse: false, collateral: true, debt: true, oneCoin: false },
};

type Report = (message: string, ...path: readonly (string | number)[]) => void;

function checkTenor(file: AccountFile, one: AccountPosition, report: Report, at: readonly (string | number)[]): void {
  if (one.kind === 'perpetual' || yearsOf(file, one) !== null) return;
  if (one.expiry === undefined) report('an expiry, or years', ...at, 'expiry');
  else report('a moment, since an expiry is given as one', 'asOf');
}

function checkPosition(
  file: AccountFile,
  one: AccountPosition,
  shape: Shape,
  report: Report,
  at: readonly (string | number)[],
): void {
  if (!shape.kinds.includes(one.kind)) {
    const kinds = shape.kinds.length === 0 ? 'no positions' : shape.kinds.join(' or ');
    report(`${kinds} under these rules`, ...at, 'kind');
    return;
  }
  const inverse = one.payoff === 'inverse';
  if (inverse && !shape.inverse) report('linear under these rules', ...at, 'payoff');
  if (inverse !== (one.underlying === file.currency)) {
    report(
      inverse ? `the account's currency, ${file.currency}` : `inverse, as the account is in ${file.currency}`,
      ...at,
      inverse ? 'underlying' : 'payoff',
    );
  }
  if (indexOf(file, one.underlying) === undefined) report(`an index of ${one.underlying}`, 'index');
  checkTenor(file, one, report, at);
  if (
    one.kind === 'option' &&
    yearsOf(file, one) !== null &&
    indexOf(file, one.underlying) !== undefined &&
    volOf(file, one) === null
  ) {
    report('a vol, since the mark has none', ...at, 'vol');
  }
}

function checkTokens(file: AccountFile, part: 'collateral' | 'debt', taken: boolean, report: Report): void {
  if (!taken && file[part].length > 0) report('none under these rules', part);
  file[part].forEach((one, k) => {
    if (priceOf(file, one) === null) report(`a price, or an index of ${one.currency}`, part, k, 'price');
  });
}

/** Terms of a token's own are a lending market's. */
function checkTerms(file: AccountFile, { debt: lends }: Shape, report: Report): void {
  file.collateral.forEach(({ ltv, threshold }, k) => {
    const own = ltv === undefined ? (threshold === undefined ? null : 'threshold') : 'ltv';
    if (own !== null && !lends) report('none under these rules', 'collateral', k, own);
    if (ltv !== undefined && threshold !== undefined && ltv > threshold)
      report(`at most the threshold, ${threshold}`, 'collateral', k, 'ltv');
  });
}

function checkSteps(file: AccountFile, rules: MarginRules, report: Report): void {
  if (rules !== 'aave-v3' && file.steps.length > 0) report('none under these rules', 'steps');
  file.steps.forEach((one, k) => {
    if (priceOf(file, one) === null) report(`a price, or an index of ${one.currency}`, 'steps', k, 'price');
  });
}

function checkParameters(file: AccountFile, rules: MarginRules, report: Report): void {
  const merged = RULES[rules].with(file.parameters);
  if (!merged.ok) report(merged.error.expected, 'parameters', ...merged.error.path);
}

function checkCategory(file: AccountFile, rules: MarginRules, report: Report): void {
  if (file.emode === undefined) return;
  if (rules !== 'aave-v3') report('none under these rules', 'emode');
  const merged = override(AAVE_V3, rules === 'aave-v3' ? file.parameters : {});
  const known = merged.ok ? Object.keys(merged.value.categories) : [file.emode];
  if (!known.includes(file.emode)) report(`one of ${known.join(', ')}`, 'emode');
}

function checkAccount(file: AccountFile, rules: MarginRules, report: Report): void {
  const shape = SHAPES[rules];
  if (currencyUsdOf(file) === null) report(`an index of ${file.currency}`, 'index');
  if (!shape.inverse && !isStable(file.currency)) report('a dollar currency under these rules', 'currency');
  file.positions.forEach((one, k) => {
    checkPosition(file, one, shape, report, ['positions', k]);
  });
  file.orders.forEach((one, k) => {
    checkPosition(file, one, shape, report, ['orders', k]);
  });
  const [first] = file.positions;
  const stranger = [...file.positions, ...file.orders].findIndex((one) => one.underlying !== first?.underlying);
  if (shape.oneCoin && first && stranger >= 0) {
    const inOrders = stranger >= file.positions.length;
    report(
      `${first.underlying}: one coin under these rules`,
      inOrders ? 'orders' : 'positions',
      inOrders ? stranger - file.positions.length : stranger,
      'underlying',
    );
  }
  checkTokens(file, 'collateral', shape.collateral, report);
  checkTerms(file, shape, report);
  checkTokens(file, 'debt', shape.debt, report);
  checkSteps(file, rules, report);
  checkParameters(file, rules, report);
  checkCategory(file, rules, report);
}

/** ACCOUNT.json as one rule set takes it: everything it needs is there, and nothing it does not know. */
export function accountFileFor(rules: MarginRules) {
  return accountFile.check((context) => {
    const file = context.value;
    checkAccount(file, rules, (message, ...path) => {
      context.issues.push({ code: 'custom', message, path: [...path], input: file });
    });
  });
}
