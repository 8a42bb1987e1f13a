import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCalibration } from '#main/venues/paper/calibration.ts';
import { type BacktestFile, backtestFile } from '#shared/ipc/backtest-file.ts';
import { parseSurfaceTemplate } from '#shared/market/surface-template.ts';
import { type RunSummary, summaryOf } from '#shared/risk/run-summary.ts';
import { parseJson, type ReadText, readJson, readText } from '#shared/units/reading.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import type { Costs, Counts } from './ledger.ts';
import { type MarketTape, type ReadMarket, readMarketTape } from './market-tape.ts';
import { type RunResult, runBacktest } from './run.ts';
import { readRun, type StoredRun } from './run-store.ts';

const SURFACE = 'surfaces/btc-template.json';
const CALIBRATION = 'books/calibration.json';

/** What is said of a run, and kept with it. */
export interface RunHead {
  readonly title: string;
  /** The configuration as it was given, and the file it stood in. */
  readonly config: unknown;
  readonly configFile: string;
  readonly seed: number;
  readonly files: readonly string[];
  readonly dataHash: string;
  /** Of samples and log. */
  readonly hash: string;
  readonly summary: RunSummary;
  readonly costs: Costs;
  readonly counts: Counts;
  readonly notes: readonly string[];
}

export interface Backtest {
  readonly head: RunHead;
  readonly run: RunResult;
}

/** Reads a configuration. `text`: the file's, so that a fault can name the line. */
export function readConfig(text: string, file: string): BacktestFile {
  return readJson(backtestFile, text, file);
}

/** How markets and books look that were not recorded; `read` is given names relative to the resources folder. */
export function readShapes(read: ReadText) {
  return {
    surface: unwrap(parseSurfaceTemplate(parseJson(readText(read, SURFACE), SURFACE))),
    calibration: parseCalibration(readText(read, CALIBRATION), CALIBRATION),
  };
}

export type Shapes = ReturnType<typeof readShapes>;

/** Another hash than the one a configuration names is said, and is no reason not to run. */
function hashNotes({ dataHash }: BacktestFile, market: MarketTape): readonly string[] {
  if (dataHash === undefined || dataHash === market.dataHash) return [];
  return [`the data are not those of the configuration: expected hash ${dataHash}, was ${market.dataHash}`];
}

/** Runs a configuration that has been read. `given`: it as JSON, to be kept. */
export async function backtest(
  {
    config,
    given,
    file,
    shapes,
    read = readMarketTape,
  }: {
    readonly config: BacktestFile;
    readonly given: unknown;
    readonly file: string;
    readonly shapes: Shapes;
    readonly read?: ReadMarket;
  },
  onProgress?: (share: number) => void,
): Promise<Backtest> {
  const market = await read(config, file);
  const run = await runBacktest({ config, market, resources: shapes, ...(onProgress ? { onProgress } : {}) });
  const notes = [...hashNotes(config, market), ...market.notes];
  const { costs, counts, hash } = run;
  const { title, seed } = config;
  const { files, dataHash } = market;
  const summary = summaryOf(run.samples);
  return {
    run,
    head: {
      title,
      config: given,
      configFile: resolve(file),
      seed,
      files,
      dataHash,
      hash,
      summary,
      costs,
      counts,
      notes,
    },
  };
}

/** The same from a file. */
export async function backtestOf(
  file: string,
  shapes: Shapes,
  onProgress?: (share: number) => void,
): Promise<Backtest> {
  const text = readText((name) => readFileSync(name, 'utf8'), file);
  return backtest({ config: readConfig(text, file), given: parseJson(text, file), file, shapes }, onProgress);
}

/** How a stored run compares with the same one run again now. */
export interface Repeated {
  readonly file: string;
  readonly sameData: boolean;
  readonly sameResult: boolean;
  readonly stored: Pick<RunHead, 'dataHash' | 'hash'>;
  readonly now: Pick<RunHead, 'dataHash' | 'hash'>;
}

function headOf(stored: StoredRun, file: string): RunHead {
  const head = stored.head as Partial<RunHead>;
  if (head.config !== undefined && head.configFile !== undefined && head.hash !== undefined) return head as RunHead;
  throw new FaultError(fault('damaged-file', `${file}: the run's head is incomplete`, { file }));
}

/** A stored run with its head. */
export function openRun(file: string): Omit<StoredRun, 'head'> & { readonly head: RunHead } {
  const stored = readRun(file);
  return { ...stored, head: headOf(stored, file) };
}

/** Runs a stored run's own parameters again and says whether data and result are the same. */
export async function repeat(file: string, shapes: Shapes): Promise<Repeated> {
  const { head } = openRun(file);
  const config = readConfig(JSON.stringify(head.config), `${file}, its configuration`);
  const again = await backtest({ config, given: head.config, file: head.configFile, shapes });
  return {
    file,
    sameData: again.head.dataHash === head.dataHash,
    sameResult: again.head.hash === head.hash,
    stored: { dataHash: head.dataHash, hash: head.hash },
    now: { dataHash: again.head.dataHash, hash: again.head.hash },
  };
}
