import { FaultError, fault } from '#shared/units/result.ts';
import type { SmileShape, SurfaceTemplate, TenorTemplate } from './surface-template.ts';
import type { SviParameters } from './svi-parameters.ts';

const DAYS_PER_YEAR = 365;

/** Which surface is asked for. */
export interface SurfaceState {
  /** 30-day at-the-money vol at the anchor, fraction per √year. */
  readonly atmLevel: number;
  /** ln(spot now / spot at the anchor). */
  readonly spotReturn: number;
  /** Year fraction to the expiry, ACT/365, > 0. */
  readonly years: number;
}

/** The template at a tenor between its nodes, the smile as stressed as the return makes it. */
interface Local {
  readonly levelRatio: number;
  readonly fallBeta: number;
  readonly shape: SmileShape;
}

function blend(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function blendShape(from: SmileShape, to: SmileShape, share: number): SmileShape {
  return {
    b: blend(from.b, to.b, share),
    rho: blend(from.rho, to.rho, share),
    m: blend(from.m, to.m, share),
    sigma: blend(from.sigma, to.sigma, share),
  };
}

/** The nodes on both sides of a tenor and the share of the later one, linear in ln(days). */
function bracket(tenors: readonly TenorTemplate[], days: number): [TenorTemplate, TenorTemplate, number] {
  const after = tenors.findIndex((tenor) => tenor.days >= days);
  const upper = tenors[after < 0 ? tenors.length - 1 : after];
  const lower = after < 0 ? upper : tenors[Math.max(after - 1, 0)];
  if (!upper || !lower) throw new FaultError(fault('surface-template', 'surface template: no tenors'));
  if (upper === lower) return [lower, upper, 0];
  return [lower, upper, Math.log(days / lower.days) / Math.log(upper.days / lower.days)];
}

function localAt(template: SurfaceTemplate, state: SurfaceState): Local {
  const [lower, upper, share] = bracket(template.tenors, state.years * DAYS_PER_YEAR);
  const stress = Math.min(Math.max(state.spotReturn / template.fullStressReturn, 0), 1);
  return {
    levelRatio: blend(lower.levelRatio, upper.levelRatio, share),
    fallBeta: blend(lower.fallBeta, upper.fallBeta, share),
    shape: blendShape(
      blendShape(lower.calm, upper.calm, share),
      blendShape(lower.stressed, upper.stressed, share),
      stress,
    ),
  };
}

function check(state: SurfaceState): void {
  const { atmLevel, spotReturn, years } = state;
  if (atmLevel > 0 && years > 0 && Number.isFinite(atmLevel + spotReturn + years)) return;
  const found = `vol ${atmLevel}, return ${spotReturn}, years ${years}`;
  const message = `surface: expected a positive vol, a finite return and a positive year fraction, was ${found}`;
  throw new FaultError(fault('surface-state', message, { atmLevel, spotReturn, years }));
}

function atmOf(template: SurfaceTemplate, state: SurfaceState, local: Local): number {
  const r = state.spotReturn;
  const beta = r <= 0 ? local.fallBeta : local.fallBeta * template.riseShare;
  const measured = Math.max(r, template.measuredReturn);
  return state.atmLevel * local.levelRatio * Math.exp(-beta * measured) * (1 - beta * (r - measured));
}

/**
 * At-the-money vol of a tenor: atmLevel · levelRatio(T) · (1 − fallBeta(T)·r) for a log return r ≤ 0 since the anchor,
 * · 1/(1 + riseShare·fallBeta(T)·r) for r > 0. Fraction per √year. Throws {@link FaultError} on a bad state.
 */
export function atmVolAt(template: SurfaceTemplate, state: SurfaceState): number {
  check(state);
  return atmOf(template, state, localAt(template, state));
}

/**
 * The smile of one expiry as raw SVI in k = ln(strike/forward): "sticky delta with spot–vol correlation".
 *
 * The shape is fixed in z = k/(atm·√years), so it moves along with the forward; at-the-money vol answers the spot's
 * return since the anchor as {@link atmVolAt} says; the shape goes from calm to stressed as the spot falls to the return
 * of full stress. With θ = atm²·years the parameters are a = θ·(1 − b·(√(m² + sigma²) − rho·m)), b·√θ, rho, m·√θ,
 * sigma·√θ in the template's terms, so w(0) = θ. Method, fit and figures: resources/surfaces/README.md.
 * Throws {@link FaultError} on a vol or year fraction that is not positive or a value that is not finite.
 */
export function surfaceAt(template: SurfaceTemplate, state: SurfaceState): SviParameters {
  check(state);
  const local = localAt(template, state);
  const { b, rho, m, sigma } = local.shape;
  const spread = atmOf(template, state, local) * Math.sqrt(state.years);
  return {
    a: spread * spread * (1 - b * (Math.sqrt(m * m + sigma * sigma) - rho * m)),
    b: b * spread,
    rho,
    m: m * spread,
    sigma: sigma * spread,
  };
}
