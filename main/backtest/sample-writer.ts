import { PNL_TERMS, type PnlTerms } from '#shared/risk/pnl-terms.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { type ExplainedColumn, type RunSamples, SAMPLE_COLUMNS, type SampleColumn } from '#shared/risk/run-samples.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { RunLedger } from './ledger.ts';

function explainedRow(pnl: PnlTerms): Record<ExplainedColumn, number> {
  const cells = PNL_TERMS.map((term) => [`pnl.${term}`, pnl[term]] as const);
  return Object.fromEntries(cells) as Record<ExplainedColumn, number>;
}

/** Gathers the record of a run, a row a sample. */
export class SampleWriter {
  readonly #rows: Record<SampleColumn, number>[] = [];

  take(report: RiskReport, underlying: UnderlyingId, equityUsd: number, ledger: RunLedger, pnl: PnlTerms): void {
    const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
    const { feesUsd, spreadUsd, impactUsd, fundingUsd } = ledger.costs;
    this.#rows.push({
      ...explainedRow(pnl),
      at: report.asOf,
      spot: report.spot[underlying] ?? Number.NaN,
      equityUsd,
      delta: exposure?.delta ?? 0,
      gamma: exposure?.gamma ?? 0,
      vega: exposure?.vega ?? 0,
      theta: exposure?.theta ?? 0,
      marginRatio: Math.max(0, ...report.pools.map((one) => one.ratio)),
      feesUsd,
      slippageUsd: spreadUsd + impactUsd,
      fundingUsd: -fundingUsd,
      tradedUsd: ledger.tradedUsd,
    });
  }

  samples(): RunSamples {
    const columns = SAMPLE_COLUMNS.map((name) => [name, Float64Array.from(this.#rows, (row) => row[name])] as const);
    return Object.fromEntries(columns) as Record<SampleColumn, Float64Array>;
  }
}
