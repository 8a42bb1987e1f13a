/*
 * Keel's kernel as a contestant of an option-kernel bench that speaks Black–Scholes in spot form without carry:
 * the strike is discounted instead of the option, and the Greeks that feel it get their share.
 */
import { startKernel } from '#main/risk/simd.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';

startKernel();
export const name = `Keel ${kernel().name}`;

const CHUNK = 2048;
const strike = new Float64Array(CHUNK);
const noRate = new Float64Array(CHUNK);

function expectOk(result) {
  if (!result.ok) throw new Error(result.error.message);
}

/** e^x to the last digit where |x| ≤ 0.18, which is a rate of 9 % for two years: Taylor's series, small terms first. */
function shortExp(x) {
  const x2 = x * x;
  const x4 = x2 * x2;
  const third = 1 / 2 + x * (1 / 6) + x2 * (1 / 24 + x * (1 / 120));
  const rest = 1 / 720 + x * (1 / 5040) + x2 * (1 / 40320 + x * (1 / 362880)) + x4 * (1 / 3628800);
  return 1 + (x + x2 * (third + x4 * rest));
}

/** K·e^(−rT) of rows `from` … `to − 1`. */
function discountStrikes(from, to, K, T, r) {
  let longest = 0;
  for (let i = 0; i < to - from; i++) {
    const x = -T[from + i] * r[from + i];
    longest = Math.max(longest, x, -x);
    strike[i] = K[from + i] * shortExp(x);
  }
  if (longest > 0.18)
    for (let i = 0; i < to - from; i++) strike[i] = K[from + i] * Math.exp(-T[from + i] * r[from + i]);
}

/** Rows `from` … `to − 1` as the kernel wants them: an undiscounted option on a forward of S, struck at K·e^(−rT). */
function optionsOf(from, to, [S, K, T, v, r, cp]) {
  discountStrikes(from, to, K, T, r);
  const [forward, years, vol, right] = [S, T, v, cp].map((column) => column.subarray(from, to));
  return { forward, strike, years, vol, rate: noRate, right };
}

export function price(n, S, K, T, v, r, cp, out) {
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    expectOk(kernel().price(to - from, optionsOf(from, to, [S, K, T, v, r, cp]), out.subarray(from, to)));
  }
}

const perYear = new Float64Array(CHUNK);
const rateRisk = new Float64Array(CHUNK);
const decay = new Float64Array(CHUNK);

/** The strike grows with r and shrinks with time: ∂V/∂K·K = V − S·delta and ∂delta/∂K·K = −S·gamma. */
function withRate(from, to, S, T, r, [price, delta, gamma, , theta, rho, , , charm]) {
  for (let i = from, k = 0; i < to; i++, k++) {
    const rate = r[i];
    const spot = S[i];
    const owed = spot * delta[i] - price[i];
    theta[i] = perYear[k] - rate * owed;
    rho[i] = T[i] * owed;
    charm[i] = decay[k] - rate * spot * gamma[i];
  }
}

export function greeks(n, S, K, T, v, r, cp, out) {
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    const options = optionsOf(from, to, [S, K, T, v, r, cp]);
    const [price, delta, gamma, vega, , , vanna, volga] = out.map((one) => one.subarray(from, to));
    const scratch = { theta: perYear, rho: rateRisk, charm: decay };
    expectOk(kernel().greeks(to - from, options, { price, delta, gamma, vega, vanna, volga, ...scratch }));
    withRate(from, to, S, T, r, out);
  }
}

export function grid(n, und, S0, K, T, vol, ratePerUnd, cp, quantity, spotMul, nSpot, volMul, nVol, out) {
  const underlying = new Int32Array(n);
  const rate = new Float64Array(n);
  const forward = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const u = und[i];
    underlying[i] = u;
    rate[i] = ratePerUnd[u];
    forward[i] = S0[u] * Math.exp(ratePerUnd[u] * T[i]);
  }
  const options = { forward, strike: K, years: T, vol, rate, right: cp, quantity, underlying };
  const shifts = (factors, count) => Float64Array.from(factors.subarray(0, count), (factor) => factor - 1);
  const axes = { spotShifts: shifts(spotMul, nSpot), volShifts: shifts(volMul, nVol), volMode: 'relative' };
  expectOk(kernel().scenarioGrid(n, options, axes, out));
}

const undiscounted = new Float64Array(CHUNK);
const outOfTheMoney = new Float64Array(CHUNK);
const status = new Uint8Array(CHUNK);

/** The bench gives out-of-the-money prices and discount factors; the kernel gets undiscounted prices and a rate of 0. */
export function impliedVol(n, F, K, df, T, price, out) {
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    for (let i = from; i < to; i++) {
      undiscounted[i - from] = price[i] / df[i];
      outOfTheMoney[i - from] = F[i] < K[i] ? 1 : -1;
    }
    const [forwardRows, strikeRows, yearRows] = [F, K, T].map((column) => column.subarray(from, to));
    const options = {
      forward: forwardRows,
      strike: strikeRows,
      years: yearRows,
      rate: noRate,
      right: outOfTheMoney,
      price: undiscounted,
    };
    kernel().impliedVols(to - from, options, out.subarray(from, to), status);
  }
}
