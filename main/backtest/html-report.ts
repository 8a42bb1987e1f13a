import type { ReviewRun } from '#shared/ipc/review.ts';
import { drawdowns } from '#shared/risk/performance.ts';
import type { RunSamples } from '#shared/risk/run-samples.ts';
import { isoSeconds } from '#shared/units/time.ts';

const [WIDTH, HEIGHT] = [960, 120];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function pathOf(at: Float64Array, values: Float64Array, low: number, high: number): string {
  const [from, to] = [at[0] ?? 0, at.at(-1) ?? 1];
  const points = Array.from(values, (value, row) => {
    const x = (WIDTH * ((at[row] ?? from) - from)) / Math.max(to - from, 1);
    const y = HEIGHT * (1 - (value - low) / Math.max(high - low, Number.MIN_VALUE));
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}

/** One chart with its extent beside it. */
function lane(title: string, at: Float64Array, values: Float64Array): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const figure = (value: number): string => value.toPrecision(6);
  return (
    `<figure><figcaption>${escaped(title)}: ${figure(low)} to ${figure(high)}</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">` +
    `<path d="${pathOf(at, values, low, high)}"/></svg></figure>`
  );
}

const LANES: readonly (readonly [title: string, of: (samples: RunSamples) => Float64Array])[] = [
  ['Price, USD', (one) => one.spot],
  ['Equity, USD', (one) => one.equityUsd],
  ['Fall from the peak, USD', (one) => drawdowns(one.equityUsd)],
  ['Net delta, coins', (one) => one.delta],
  ['Gamma, coins per USD', (one) => one.gamma],
  ['Vega, USD per vol point', (one) => one.vega],
  ['Margin used, share of the worst pool', (one) => one.marginRatio],
];

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#131a24;background:#fff}' +
  'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.15rem .75rem .15rem 0;vertical-align:top;overflow-wrap:anywhere}' +
  'figure{margin:1rem 0}svg{width:100%;border:1px solid #cbd3de}path{fill:none;stroke:#131a24;stroke-width:1.2;vector-effect:non-scaling-stroke}' +
  'td.at{white-space:nowrap;font-variant-numeric:tabular-nums}';

/** A run as one HTML file: no script, no font, nothing that is fetched. */
export function htmlReport({ title, samples, log, facts }: ReviewRun): string {
  const rows = facts.map(({ name, value }) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  const lines = log.map(({ at, kind, text }) => {
    return `<tr><td class="at">${isoSeconds(at)}</td><td>${kind}</td><td>${escaped(text)}</td></tr>`;
  });
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style>` +
    `<h1>${escaped(title)}</h1><table>${rows.join('')}</table>` +
    LANES.map(([name, of]) => lane(name, samples.at, of(samples))).join('') +
    `<h2>Log</h2><table>${lines.join('')}</table></html>\n`
  );
}
