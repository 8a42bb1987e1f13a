import { PNL_TERMS, type PnlTerms } from '#shared/risk/pnl-terms.ts';
import type { RiskReport } from '#shared/risk/report.ts';
import { type RunSamples, SAMPLE_COLUMNS, type SampleColumn } from '#shared/risk/run-samples.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';
import type { RunLedger } from './ledger.ts';

type Columns<T> = Record<SampleColumn, T>;

function columnsOf<T>(column: (name: SampleColumn) => T): Columns<T> {
  return Object.fromEntries(SAMPLE_COLUMNS.map((name) => [name, column(name)] as const)) as Columns<T>;
}

/** Gathers the record of a run, a row a sample. */
export class SampleWriter {
  readonly #columns = columnsOf<number[]>(() => []);

  take(report: RiskReport, underlying: UnderlyingId, equityUsd: number, ledger: RunLedger, pnl: PnlTerms): void {
    const columns = this.#columns;
    const exposure = report.exposures.find((one) => one.by === 'underlying' && one.key === underlying);
    const { feesUsd, spreadUsd, impactUsd, fundingUsd } = ledger.costs;
    for (const term of PNL_TERMS) columns[`pnl.${term}`].push(pnl[term]);
    columns.at.push(report.asOf);
    columns.spot.push(report.spot[underlying] ?? Number.NaN);
    columns.equityUsd.push(equityUsd);
    columns.delta.push(exposure?.delta ?? 0);
    columns.gamma.push(exposure?.gamma ?? 0);
    columns.vega.push(exposure?.vega ?? 0);
    columns.theta.push(exposure?.theta ?? 0);
    columns.marginRatio.push(Math.max(0, ...report.pools.map((one) => one.ratio)));
    columns.feesUsd.push(feesUsd);
    columns.slippageUsd.push(spreadUsd + impactUsd);
    columns.fundingUsd.push(-fundingUsd);
    columns.tradedUsd.push(ledger.tradedUsd);
  }

  samples(): RunSamples {
    return columnsOf((name) => Float64Array.from(this.#columns[name]));
  }
}
