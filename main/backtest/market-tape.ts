import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Recorded, RecordedDepth } from '#main/venues/paper/market.ts';
import type { Tape } from '#main/venues/paper/tape.ts';
import type { BacktestFile } from '#shared/ipc/backtest-file.ts';
import type { SurfaceAnchor } from '#shared/market/surface-template.ts';
import { FaultError, fault, toFault } from '#shared/units/result.ts';
import { isoSeconds } from '#shared/units/time.ts';
import { checkZone, readChain } from './chain.ts';
import { type Prices, readPrices } from './prices.ts';
import { inForce, longestGapHours, readFunding, readVols } from './series.ts';

/** Longer than this without a new vol is said. */
const STALE_VOL_HOURS = 48;

/** The market of a run, made from the files of its configuration. */
export interface MarketTape {
  readonly tape: Tape;
  readonly recorded: Recorded;
  readonly anchor: SurfaceAnchor;
  /** SHA-256 over the bytes of all files, hexadecimal. */
  readonly dataHash: string;
  readonly files: readonly string[];
  /** What was mended or looks odd, in words. */
  readonly notes: readonly string[];
}

async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    try {
      for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
    } catch (thrown) {
      throw new FaultError(
        fault('unreadable-file', `${path}: cannot be read: ${toFault(thrown).message}`, { file: path }),
      );
    }
  }
  return hash.digest('hex');
}

/** Sizes of a book that counts in dollars are so many coins at the price of their time. */
function depthIn({ market }: BacktestFile, { depth, series }: Prices): Recorded['depth'] {
  if (market.prices.kind !== 'l2' || market.prices.depth !== 'usd') return depth;
  return (at) => {
    const [found, bar] = [depth(at), series.bars[Math.floor((at - series.from) / series.barMs)]];
    if (found === null || bar === undefined) return null;
    const coins = (levels: RecordedDepth['bids']): RecordedDepth['bids'] =>
      levels.map(({ distance, size }) => ({ distance, size: size / bar.open }));
    return { bids: coins(found.bids), asks: coins(found.asks) };
  };
}

interface Vols {
  readonly impliedVol: Recorded['impliedVol'];
  readonly vol: Recorded['vol'];
  readonly level: number;
  readonly notes: readonly string[];
}

const NO_VOL = (): null => null;
const MONTH = 30 / 365;

async function volsOf(
  { market, from, to }: BacktestFile,
  path: (file: string) => string,
  prices: Prices,
): Promise<Vols> {
  const { vols } = market;
  if (vols.kind === 'level') return { impliedVol: NO_VOL, vol: NO_VOL, level: vols.level, notes: [] };
  const missing = (what: string): FaultError =>
    new FaultError(fault('span', `${vols.file}: expected a ${what} at or before ${isoSeconds(from)}, was none`));
  if (vols.kind === 'series') {
    const series = await readVols(path(vols.file), vols);
    const level = inForce(series, from);
    if (level === null) throw missing('vol');
    const hours = longestGapHours({ at: series.at.filter((at) => at <= to), value: series.value }, to);
    const notes = hours > STALE_VOL_HOURS ? [`${vols.file}: one vol stays in force for ${Math.round(hours)} h`] : [];
    return { impliedVol: (at) => inForce(series, at), vol: NO_VOL, level, notes };
  }
  const chain = await readChain(path(vols.file), vols);
  const level = chain.vol(MONTH, 0, from);
  if (level === null) throw missing('snapshot');
  const { series } = prices;
  const priceAt = (at: number): number | null =>
    series.bars[Math.floor((at - series.from) / series.barMs)]?.close ?? null;
  checkZone(chain, priceAt, [market.prices.file, vols.file]);
  return { impliedVol: NO_VOL, vol: chain.vol, level, notes: [] };
}

/** A reader of markets. */
export type ReadMarket = (config: BacktestFile, file: string) => Promise<MarketTape>;

/** Keeps the last market that was read, for as long as its files are what they were: the runs of a sweep share one. */
export function keepingMarket(): ReadMarket {
  let known: { readonly key: string; readonly market: MarketTape } | null = null;
  return async (config, file) => {
    const { market, from, to, underlying, title } = config;
    const stamps = (files: readonly string[]): string =>
      files.map((name) => statSync(resolve(dirname(file), name))).map((one) => `${one.size} ${one.mtimeMs}`).join(); // biome-ignore format: one glance
    const wish = JSON.stringify({ market, from, to, underlying, title, file });
    if (known !== null && known.key === `${wish} ${stamps(known.market.files)}`) return known.market;
    const read = await readMarketTape(config, file);
    known = { key: `${wish} ${stamps(read.files)}`, market: read };
    return read;
  };
}

/** Reads and checks everything a run needs. `file`: the configuration's, which its files are named relative to. */
export async function readMarketTape(config: BacktestFile, file: string): Promise<MarketTape> {
  const path = (name: string): string => resolve(dirname(file), name);
  const { market, from, to, underlying, title } = config;
  const names = [market.prices.file, ...(market.funding === null ? [] : [market.funding.file])];
  const files = [...new Set('file' in market.vols ? [...names, market.vols.file] : names)];
  const dataHash = await hashFiles(files.map(path));
  const prices = await readPrices(path(market.prices.file), market.prices, { from, to });
  const funding = market.funding === null ? null : await readFunding(path(market.funding.file), market.funding);
  const vols = await volsOf(config, path, prices);
  const { series, halfSpreadBp } = prices;
  const { source, licence } = { source: files.join(', '), licence: '' };
  const tape: Tape = {
    ...{ id: 'backtest', title, description: '', source, licence, underlying, startAt: from },
    ...{
      from: series.from,
      to: Math.min(series.to, series.from + Math.ceil((to - series.from) / series.barMs) * series.barMs),
    },
    ...{ barMs: series.barMs, bars: series.bars },
    ...(prices.ticks === null ? {} : { ticks: prices.ticks }),
  };
  const anchorSpot = series.bars[Math.floor((from - series.from) / series.barMs)]?.open ?? Number.NaN;
  return {
    tape,
    recorded: {
      funding8h: (at) => (funding === null ? null : inForce(funding, at)),
      impliedVol: vols.impliedVol,
      vol: vols.vol,
      halfSpreadBp: halfSpreadBp ?? (() => null),
      depth: depthIn(config, prices),
    },
    anchor: { anchorAt: isoSeconds(from), anchorSpot, atmLevel: vols.level },
    dataHash,
    files,
    notes: [...series.notes, ...vols.notes],
  };
}
