import type { ReviewRun } from '#shared/ipc/review.ts';
import { drawdowns } from '#shared/risk/performance.ts';
import { PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import { explainedBetween, type RunExplained, rowAt } from '#shared/risk/run-explained.ts';
import type { RunSamples } from '#shared/risk/run-samples.ts';
import { isoSeconds } from '#shared/units/time.ts';

const [WIDTH, HEIGHT] = [960, 120];

interface Span {
  readonly from: number;
  readonly to: number;
}

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

/** Why the money moved, as a table; a sentence where that was not kept. */
function explainedTable(explained: RunExplained | null): string {
  if (explained === null) return '<p>This run was kept without its P&amp;L terms.</p>';
  const { from, to, terms, total } = explained;
  const rows = [...PNL_TERMS.map((name) => [name, terms[name]] as const), ['total', total] as const];
  const cells = rows.map(([name, usd]) => {
    return `<tr><th>${name === 'newTrades' ? 'new trades' : name}</th><td class="usd">${usd.toFixed(2)} USD</td></tr>`;
  });
  return `<h2>P&amp;L from ${isoSeconds(from)} to ${isoSeconds(to)}</h2><table>${cells.join('')}</table>`;
}

function explainedParts({ samples }: ReviewRun, interval: Span | null): string {
  const last = samples.at.length - 1;
  const whole = explainedTable(explainedBetween(samples, 0, last));
  if (interval === null) return whole;
  const [from, to] = [rowAt(samples.at, interval.from), rowAt(samples.at, interval.to)];
  return from === 0 && to === last ? whole : whole + explainedTable(explainedBetween(samples, from, to));
}

/** Its curves one below the other as a picture of its own (SVG). */
export function picture({ title, samples }: ReviewRun): string {
  const step = HEIGHT + 30;
  const curves = LANES.map(([name, of], k) => {
    const values = of(samples);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const words = `${escaped(name)}: ${low.toPrecision(6)} to ${high.toPrecision(6)}`;
    const path = `<path d="${pathOf(samples.at, values, low, high)}" fill="none" stroke="#131a24"/>`;
    return `<g transform="translate(10 ${40 + k * step})"><text y="-5">${words}</text>${path}</g>`;
  });
  const [width, height] = [WIDTH + 20, 40 + LANES.length * step];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">` +
    `<rect width="100%" height="100%" fill="#fff"/><text x="10" y="16" font-size="15">${escaped(title)}</text>${curves.join('')}</svg>\n`
  );
}

/** A run as one HTML file: no script, no font, nothing that is fetched. `interval`: explained beside the whole run. */
export function htmlReport(run: ReviewRun, interval: Span | null = null): string {
  const { title, samples, log, facts } = run;
  const rows = facts.map(({ name, value }) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`);
  const lines = log.map(({ at, kind, text }) => {
    return `<tr><td class="at">${isoSeconds(at)}</td><td>${kind}</td><td>${escaped(text)}</td></tr>`;
  });
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style>` +
    `<h1>${escaped(title)}</h1><table>${rows.join('')}</table>` +
    LANES.map(([name, of]) => lane(name, samples.at, of(samples))).join('') +
    explainedParts(run, interval) +
    `<h2>Log</h2><table>${lines.join('')}</table></html>\n`
  );
}
