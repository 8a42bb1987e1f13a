import type { ChainDesk } from '#main/session/chain-desk.ts';
import { type LoanState, marginPoolOf } from '#main/venues/aave/state.ts';
import type { PerpState } from '#main/venues/perp-v2/state.ts';
import type { RangeReading } from '#main/venues/uniswap/reading.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import { type SwapTerms, stepOfLoanExit, stepOfRangeExit } from '#shared/control/chain-steps.ts';
import { exitLoan, type LoanExit, type LoanStep } from '#shared/control/loan-exit.ts';
import { exitRange } from '#shared/control/lp-exit.ts';
import type { ChainStep } from '#shared/domain/chain-step.ts';
import { absolute, decimal, fromNumber, isZero, type Price, type Quantity } from '#shared/units/decimal.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { heldRange } from './range-course.ts';

/** Above what the gate lets no step go below, with room for a price that moves on the way. */
const TERMS = { leastHealth: 1.12, swapCost: 0.005, gasUsd: 2 };
const SLIPPAGE = 0.01;
/** What rounding leaves of a debt or of collateral is taken with the rest. */
const ALL_BUT = 1 - 1e-6;
/** Tokens that are worth less, USD, are left where they are. */
const DUST_USD = 1;

/** What an owner holds on a chain, as far as it is to be left. */
export interface ChainHoldings {
  readonly loans: readonly LoanState[];
  readonly ranges: readonly RangeState[];
  readonly perps: readonly PerpState[];
}

/** Everything of the accounts, read anew; null: of all of them. Venues that do not answer are left out. */
export async function holdingsOf(
  desk: ChainDesk,
  accounts: readonly AccountId[] | null,
  silent: ReadonlySet<string>,
): Promise<ChainHoldings> {
  const meant = ({ protocol }: { readonly protocol: { readonly account: AccountId; readonly venue: string } }) =>
    (accounts === null || accounts.includes(protocol.account)) && !silent.has(protocol.venue);
  const [loans, ranges, perps] = await Promise.all([
    Promise.all(desk.loans.filter(meant).map((one) => one.protocol.read())),
    Promise.all(desk.ranges.filter(meant).map((one) => one.protocol.read())),
    Promise.all(desk.perps.filter(meant).map((one) => one.protocol.read())),
  ]);
  return { loans, ranges, perps };
}

/** A perpetual is closed at the mark, or a hundredth worse. */
function perpSteps({ markets, account }: PerpState): readonly ChainStep[] {
  return markets
    .filter((one) => !isZero(one.size))
    .map(({ market, size, mark }) => {
      const worse = Number(size) > 0 ? 1 - SLIPPAGE : 1 + SLIPPAGE;
      const limit = fromNumber<Price>(Number(mark) * worse, decimal('0.000001'), 'nearest');
      const quantity = absolute(size) as Quantity;
      return { kind: 'perp', venue: account.venue, action: 'close', market: market.id, quantity, limit };
    });
}

function rangeStep({ account }: RangeState, range: RangeReading): ChainStep | null {
  return stepOfRangeExit(heldRange(range), { venue: account.venue, price: range.pool.price, slippage: SLIPPAGE });
}

/** The way out of a loan with what the wallet holds of its tokens: the debt is paid from there first. */
export function loanExit(loan: LoanState, wallet: RangeState | undefined): LoanExit {
  const hand = loan.reserves.flatMap(({ token, price }) => {
    const quantity = Number(wallet?.wallet.get(token.symbol) ?? 0);
    return quantity * price > DUST_USD ? [{ currency: token.symbol, quantity, price }] : [];
  });
  return exitLoan(marginPoolOf(loan.reserves), hand, TERMS);
}

/** Where two tokens are swapped for each other; null where no pool of them is configured. */
function swapTerms(
  wallet: RangeState | undefined,
  { from, to }: Extract<LoanStep, { action: 'swap' }>,
): SwapTerms | null {
  const pool = wallet?.markets.find(({ base, quote }) => [base, quote].includes(from) && [base, quote].includes(to));
  if (wallet === undefined || pool === undefined) return null;
  return { venue: wallet.account.venue, pool: pool.id, base: pool.base, slippage: SLIPPAGE };
}

function loanStep(loan: LoanState, wallet: RangeState | undefined): ChainStep | null {
  const [next] = loanExit(loan, wallet).steps;
  if (next === undefined) return null;
  const { venue } = loan.account;
  if (next.action === 'swap') {
    const terms = swapTerms(wallet, next);
    return terms === null ? null : stepOfLoanExit(next, venue, false, terms);
  }
  const reserve = loan.reserves.find((one) => one.token.symbol === next.currency);
  const whole = Number((next.action === 'repay' ? reserve?.owed : reserve?.supplied) ?? 0);
  // Swaps alone ask for these; a step of another kind has no use for them.
  const none: SwapTerms = { venue, pool: '', base: '', slippage: SLIPPAGE };
  return stepOfLoanExit(next, venue, next.quantity >= whole * ALL_BUT, none);
}

/**
 * The next step out of everything that is held: perpetuals closed, ranges taken out, collected and burnt, loans repaid
 * and withdrawn. Null when nothing is left. A pure function of what is left: after a crash the same question goes on.
 */
export function nextExit({ loans, ranges, perps }: ChainHoldings): ChainStep | null {
  const [perp] = perps.flatMap(perpSteps);
  if (perp !== undefined) return perp;
  for (const state of ranges) {
    for (const range of state.ranges) {
      const step = rangeStep(state, range);
      if (step !== null) return step;
    }
  }
  for (const loan of loans) {
    const step = loanStep(loan, ranges[0]);
    if (step !== null) return step;
  }
  return null;
}

/** What leaving one position on a chain takes. */
export interface ExitLine {
  readonly account: AccountId;
  readonly what: string;
  /** "decrease, collect, burn". */
  readonly steps: readonly string[];
  /** Value that comes out, USD. */
  readonly valueUsd: number;
  /** Lowest health factor on the way; null where there is none. */
  readonly lowestHealth: number | null;
  /** Why something stays; null: nothing does. */
  readonly blocked: string | null;
}

/** Leaving everything, line by line, before anything is sent. */
export function exitLines({ loans, ranges, perps }: ChainHoldings): readonly ExitLine[] {
  const none = { lowestHealth: null, blocked: null };
  const ofPerps = perps.flatMap(({ account, markets }) =>
    markets
      .filter((one) => !isZero(one.size))
      .map(({ market, size, mark }) => ({
        ...none,
        account: account.id,
        what: `${size} ${market.id}`,
        steps: ['close'],
        valueUsd: Math.abs(Number(size) * Number(mark)),
      })),
  );
  const ofRanges = ranges.flatMap(({ account, ranges: held }) =>
    held.map((one) => {
      const { steps, value } = exitRange(heldRange(one), one.pool.price, { slippage: SLIPPAGE, gasUsd: TERMS.gasUsd });
      const what = `range ${one.id} of ${one.pool.id}`;
      return { ...none, account: account.id, what, steps: steps.map((step) => step.action), valueUsd: value };
    }),
  );
  const ofLoans = loans
    .filter(({ figures }) => !isZero(figures.collateral))
    .map((loan) => {
      const { steps, lowestHealth, blocked } = loanExit(loan, ranges[0]);
      const { collateral, debt, healthFactor } = loan.figures;
      return {
        account: loan.account.id,
        what: `${Number(collateral).toFixed(0)} USD of collateral, ${Number(debt).toFixed(0)} owed`,
        steps: steps.map((one) => one.action),
        valueUsd: Number(collateral) - Number(debt),
        lowestHealth: healthFactor === null ? null : lowestHealth,
        blocked,
      };
    });
  return [...ofPerps, ...ofRanges, ...ofLoans];
}
