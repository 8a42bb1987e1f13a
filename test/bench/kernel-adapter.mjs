/*
 * Keel's kernel as a contestant of an option-kernel bench that speaks Black–Scholes in spot form without carry:
 * the strike is discounted instead of the option, and the Greeks that feel it get their share.
 */
import { startKernel } from '#main/risk/simd.ts';
import { expOver } from '#shared/pricing/kernel/elementary.ts';
import { kernel } from '#shared/pricing/kernel/kernel.ts';

startKernel();
export const name = `Keel ${kernel().name}`;

const CHUNK = 2048;
const growth = new Float64Array(CHUNK);
const strike = new Float64Array(CHUNK);
const noRate = new Float64Array(CHUNK);

function expectOk(result) {
  if (!result.ok) throw new Error(result.error.message);
}

/** Rows `from` … `to − 1` as the kernel wants them: an undiscounted option on a forward of S, struck at K·e^(−rT). */
function optionsOf(from, to, [S, K, T, v, r, cp]) {
  for (let i = 0; i < to - from; i++) growth[i] = -T[from + i] * r[from + i];
  expOver(to - from, growth, growth);
  for (let i = 0; i < to - from; i++) strike[i] = K[from + i] * growth[i];
  const [forward, years, vol, right] = [S, T, v, cp].map((column) => column.subarray(from, to));
  return { forward, strike, years, vol, rate: noRate, right };
}

export function price(n, S, K, T, v, r, cp, out) {
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    expectOk(kernel().price(to - from, optionsOf(from, to, [S, K, T, v, r, cp]), out.subarray(from, to)));
  }
}

/** The strike grows with r and shrinks with time: ∂V/∂K·K = V − S·delta and ∂delta/∂K·K = −S·gamma. */
function withRate(from, to, S, T, r, [price, delta, gamma, , theta, rho, , , charm]) {
  for (let i = from; i < to; i++) {
    const rate = r[i];
    const spot = S[i];
    const owed = spot * delta[i] - price[i];
    theta[i] -= rate * owed;
    rho[i] = T[i] * owed;
    charm[i] -= rate * spot * gamma[i];
  }
}

export function greeks(n, S, K, T, v, r, cp, out) {
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    const options = optionsOf(from, to, [S, K, T, v, r, cp]);
    const [price, delta, gamma, vega, theta, rho, vanna, volga, charm] = out.map((one) => one.subarray(from, to));
    expectOk(kernel().greeks(to - from, options, { price, delta, gamma, vega, theta, rho, vanna, volga, charm }));
    withRate(from, to, S, T, r, out);
  }
}

export function grid(n, und, S0, K, T, vol, ratePerUnd, cp, quantity, spotMul, nSpot, volMul, nVol, out) {
  const underlying = Int32Array.from(und);
  const rate = Float64Array.from(und, (u) => ratePerUnd[u]);
  const spotForward = Float64Array.from(und, (u, i) => S0[u] * Math.exp(ratePerUnd[u] * T[i]));
  const options = { forward: spotForward, strike: K, years: T, vol, rate, right: cp, quantity, underlying };
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
