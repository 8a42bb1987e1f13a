/** Static arbitrage in generated smiles: Durrleman's condition per expiry, total variance rising over expiries. */
import { surfaceAt } from '#shared/market/surface.ts';
import type { SurfaceTemplate } from '#shared/market/surface-template.ts';
import type { SviParameters } from '#shared/market/svi-parameters.ts';
import { sviTotalVariance } from '#shared/pricing/svi.ts';

/** Durrleman's g(k): negative where the implied density is; Gatheral & Jacquier (2014), eq. 2.1. */
export function durrleman(svi: SviParameters, k: number): number {
  const x = k - svi.m;
  const root = Math.sqrt(x * x + svi.sigma ** 2);
  const w = sviTotalVariance(svi, k);
  const first = svi.b * (svi.rho + x / root);
  const second = (svi.b * svi.sigma ** 2) / root ** 3;
  return (1 - (k * first) / (2 * w)) ** 2 - ((first * first) / 4) * (1 / w + 0.25) + second / 2;
}

export interface ArbitrageReport {
  /** Smallest g(k), smallest relative rise of total variance from one tenor to the next, steepest wing of all. */
  smallestG: number;
  smallestCalendarStep: number;
  steepestWing: number;
  whereG: string;
  whereCalendar: string;
}

/** 1 hour to 1 year in 60 even steps of ln(tenor). */
const TENOR_YEARS = Array.from({ length: 60 }, (_, i) => (1 / 8760) * 8760 ** (i / 59));
const STEPS = Array.from({ length: 81 }, (_, i) => (i - 40) / 40);

/** 8 at-the-money spreads below to 8 above the forward, and ±1.5 in log-strike. */
function logStrikes(spread: number): number[] {
  return [...STEPS.map((step) => 8 * step * spread), ...STEPS.map((step) => 1.5 * step)];
}

function note(report: ArbitrageReport, svi: SviParameters, before: SviParameters | null, place: string): void {
  const spread = Math.sqrt(sviTotalVariance(svi, 0));
  report.steepestWing = Math.max(report.steepestWing, svi.b * (1 + Math.abs(svi.rho)));
  for (const k of logStrikes(spread)) {
    const where = `${place}, z ${(k / spread).toPrecision(3)}`;
    const g = durrleman(svi, k);
    if (g < report.smallestG) Object.assign(report, { smallestG: g, whereG: where });
    const step =
      before === null ? Number.POSITIVE_INFINITY : sviTotalVariance(svi, k) / sviTotalVariance(before, k) - 1;
    if (step < report.smallestCalendarStep) Object.assign(report, { smallestCalendarStep: step, whereCalendar: where });
  }
}

/** Sweeps levels, returns and tenors of a template. */
export function sweepArbitrage(template: SurfaceTemplate, levels: readonly number[], returns: readonly number[]) {
  const none = Number.POSITIVE_INFINITY;
  const report = { smallestG: none, smallestCalendarStep: none, steepestWing: 0, whereG: '', whereCalendar: '' };
  for (const atmLevel of levels) {
    for (const spotReturn of returns) {
      let before: SviParameters | null = null;
      for (const years of TENOR_YEARS) {
        const svi = surfaceAt(template, { atmLevel, spotReturn, years });
        note(report, svi, before, `level ${atmLevel}, return ${spotReturn}, days ${(years * 365).toPrecision(3)}`);
        before = svi;
      }
    }
  }
  return report;
}
