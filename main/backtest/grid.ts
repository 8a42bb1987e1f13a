import { createHash } from 'node:crypto';
import { FaultError, fault } from '#shared/units/result.ts';

/** Values to try by the path of their field in the configuration, such as "hedge.band.halfWidth". */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

/** One run of a sweep. */
export interface SweepJob {
  /** SHA-256 of the configuration: the same run has the same key wherever it is worked out. */
  readonly key: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

const RUNS_AT_MOST = 100_000;

type Json = Record<string, unknown>;

function isFields(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy with the field at `path` set; fields on the way are made where there are none. */
function withField(config: Readonly<Json>, path: readonly string[], value: unknown): Json {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...config, [name]: value };
  const inner = config[name];
  return { ...config, [name]: withField(isFields(inner) ? inner : {}, rest, value) };
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, canonical(value[name])])); // biome-ignore format: one glance
}

/** Every combination of the grid's values, the last field changing fastest. Throws for a grid that is none, or too large. */
export function jobsOf(config: Readonly<Json>, grid: unknown, file: string): readonly SweepJob[] {
  if (!isFields(grid)) throw new FaultError(fault('grid', `${file}: expected an object of lists by field`));
  const axes = Object.entries(grid).map(([field, values]) => {
    if (Array.isArray(values) && values.length > 0) return { field, values: values as readonly unknown[] };
    throw new FaultError(fault('grid', `${file}, ${field}: expected a list of values, was ${JSON.stringify(values)}`));
  });
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > RUNS_AT_MOST)
    throw new FaultError(fault('grid', `${file}: expected at most ${RUNS_AT_MOST} runs, was ${count}`));
  return Array.from({ length: count }, (_, number) => {
    let [rest, made, parameters] = [number, { ...config } as Json, {} as Json];
    for (const { field, values } of axes.toReversed()) {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      made = withField(made, field.split('.'), value);
      parameters = { [field]: value, ...parameters };
    }
    return { key: createHash('sha256').update(JSON.stringify(canonical(made))).digest('hex'), parameters, config: made }; // biome-ignore format: one glance
  });
}
