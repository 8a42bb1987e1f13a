import { type RunSamples, SAMPLE_COLUMNS, type SampleColumn } from './run-samples.ts';

/** The rows of the lowest and the highest value of [from, to). */
function extremes(values: Float64Array, from: number, to: number): readonly [number, number] {
  let [low, high] = [from, from];
  for (let row = from; row < to; row++) {
    if (values[row]! < values[low]!) low = row;
    if (values[row]! > values[high]!) high = row;
  }
  return [low, high];
}

/**
 * At most `most` rows of a record: the first and the last, and of every even stretch those of the lowest and the
 * highest equity, so that no fall is lost. Shorter records stay as they are.
 */
export function thinSamples(samples: RunSamples, most: number): RunSamples {
  const count = samples.at.length;
  if (count <= most) return samples;
  const stretches = Math.floor((most - 2) / 2);
  const rows = new Set([0, count - 1]);
  for (let k = 0; k < stretches; k++) {
    const [from, to] = [Math.floor((k * count) / stretches), Math.floor(((k + 1) * count) / stretches)];
    for (const row of extremes(samples.equityUsd, from, to)) rows.add(row);
  }
  const kept = [...rows].sort((a, b) => a - b);
  const columns = SAMPLE_COLUMNS.map((name) => [name, Float64Array.from(kept, (row) => samples[name][row]!)] as const);
  return Object.fromEntries(columns) as Record<SampleColumn, Float64Array>;
}
