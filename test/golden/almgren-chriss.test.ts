// The example of Almgren & Chriss, "Optimal execution of portfolio transactions" (December 2000), section 3.4, table 1:
// a million shares at $50, five days, five orders, σ 0.95 $/share/√day, ε 0.0625, γ 2.5e-7, η 2.5e-6.
import { describe, expect, it } from 'vitest';
import { almgrenChriss, type ExecutionTerms } from '#shared/control/router/almgren-chriss.ts';

const PAPER: ExecutionTerms = {
  coins: 1e6, time: 5, slices: 5, sigma: 0.95, fixedCost: 0.0625, temporaryImpact: 2.5e-6, permanentImpact: 2.5e-7, riskAversion: 1e-6,
}; // biome-ignore format: one glance

function schedule(more: Partial<ExecutionTerms> = {}) {
  const found = almgrenChriss({ ...PAPER, ...more });
  if (!found) throw new Error('no schedule');
  return found;
}

/** The paper's closed forms, equation 20, as printed. */
function equation20(kappa: number): { readonly cost: number; readonly variance: number } {
  const { coins: X, time: T, slices: N, sigma, fixedCost: eps, temporaryImpact: eta, permanentImpact: gamma } = PAPER;
  const tau = T / N;
  const tilde = eta - (gamma * tau) / 2;
  const numerator = Math.tanh((kappa * tau) / 2) * (tau * Math.sinh(2 * kappa * T) + 2 * T * Math.sinh(kappa * tau));
  const cost =
    (gamma * X * X) / 2 + eps * X + (tilde * X * X * numerator) / (2 * tau * tau * Math.sinh(kappa * T) ** 2);
  const spread = tau * Math.sinh(kappa * T) * Math.cosh(kappa * (T - tau)) - T * Math.sinh(kappa * tau);
  const variance = (sigma ** 2 * X * X * spread) / (2 * Math.sinh(kappa * T) ** 2 * Math.sinh(kappa * tau));
  return { cost, variance };
}

describe('the paper’s example', () => {
  it('has a half-life of 1.6 days at λ = 1e-6: κ = 0.61 a day', () => {
    const { urgency } = schedule();
    expect(urgency).toBeCloseTo(0.61, 2);
    expect(1 / urgency).toBeCloseTo(1.6, 1);
  });

  it('costs 0.6625 million at least, spread evenly: γX²/2 + εX + (η − γτ/2)X²/T', () => {
    const even = schedule({ riskAversion: 0 });
    expect(even.orders).toEqual([2e5, 2e5, 2e5, 2e5, 2e5].map((one) => expect.closeTo(one, 3)));
    expect(even.expectedCost).toBeCloseTo(662_500, 6);
    // Equation 12: V = ⅓σ²X²T(1 − 1/N)(1 − 1/2N).
    expect(even.sigmaCost ** 2).toBeCloseTo((0.9025e12 * 5 * 0.8 * 0.9) / 3, -3);
  });

  it.each([2e-7, 1e-6, 2e-6, 1e-5])('has the cost and variance of equation 20 at λ = %d', (riskAversion) => {
    const found = schedule({ riskAversion });
    const printed = equation20(found.urgency);
    expect(found.expectedCost / printed.cost).toBeCloseTo(1, 10);
    expect(found.sigmaCost ** 2 / printed.variance).toBeCloseTo(1, 10);
  });

  // DROP 4.66, coverage test org.drip.coverage.execution.AlmgrenChriss: λ in millionths, mean and penalty in millions of
  // dollars, variance in 1e12, half-life in days.
  it.each([
    [0.001, 0.6625, 1.0812, 0.6636, 51.3],
    [0.005, 0.6625, 1.074, 0.6679, 22.94],
    [0.009, 0.6626, 1.0669, 0.6722, 17.1],
  ])('agrees with the DROP library at λ = %d millionths', (lambda, mean, variance, penalty, halfLife) => {
    const { expectedCost, sigmaCost, urgency } = schedule({ riskAversion: lambda * 1e-6 });
    expect(expectedCost / 1e6).toBeCloseTo(mean, 4);
    expect(sigmaCost ** 2 / 1e12).toBeCloseTo(variance, 4);
    expect((expectedCost + lambda * 1e-6 * sigmaCost ** 2) / 1e6).toBeCloseTo(penalty, 4);
    expect(1 / urgency).toBeCloseTo(halfLife, 2);
  });

  it('is the best: moving shares between any two orders raises E + λV', () => {
    const { orders } = schedule();
    const utility = (list: readonly number[]): number => {
      let [left, cost, variance] = [PAPER.coins, 0, 0];
      for (const order of list) {
        left -= order;
        // Equations 4 and 5 term by term: permanent impact on what is left, temporary on what is traded.
        cost += PAPER.permanentImpact * left * order + order * (PAPER.fixedCost + PAPER.temporaryImpact * order);
        variance += PAPER.sigma ** 2 * left * left;
      }
      return cost + PAPER.riskAversion * variance;
    };
    const best = utility(orders);
    for (const [from] of orders.entries()) {
      for (const [to] of orders.entries()) {
        if (from === to) continue;
        const moved = orders.map((one, at) => one + (at === to ? 500 : 0) - (at === from ? 500 : 0));
        expect(utility(moved)).toBeGreaterThan(best);
      }
    }
  });

  it('has no answer where orders are so rare that permanent impact outweighs temporary', () => {
    expect(almgrenChriss({ ...PAPER, permanentImpact: 6e-6 })).toBeUndefined();
  });
});
