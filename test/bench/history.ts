import fc from 'fast-check';
import { encodeQuotes } from '#main/store/tape-codec.ts';
import { materialRows, type Row } from '#scripts/calibrate/material.ts';
import type { Option } from '#shared/domain/instrument.ts';
import type { Quote } from '#shared/market/quote.ts';
import { optionPrice } from '#shared/pricing/option-price.ts';
import { completed, noTerms, PNL_TERMS } from '#shared/risk/pnl-terms.ts';
import { explainUnit, type UnitState } from '#shared/risk/pnl-unit.ts';
import { decimal, toNumber } from '#shared/units/decimal.ts';
import { HOUR, yearsBetween } from '#shared/units/time.ts';
import { option } from '#test/support/domain.ts';
import { history, LIMITS, perform } from '#test/support/engine-actions.ts';
import { createEngineRoom } from '#test/support/engine-room.ts';
import { createMemoryLog } from '#test/support/memory-log.ts';
import type { Figures } from './figures.ts';

/** Recorded sessions with random faults, each replayed; how many did not come to the recorded state. */
export async function replayedSessions(sessions: number): Promise<Figures> {
  let unequal = 0;
  for (const actions of fc.sample(history, { numRuns: sessions, seed: 20200312 })) {
    const log = createMemoryLog();
    const room = createEngineRoom({ limits: LIMITS, record: log });
    await room.start();
    for (const step of actions) await perform(room, step);
    await room.engine.stop();
    const [replay] = await log.replay(room.journal.entries);
    if (replay?.difference !== null || replay.hash === null) unequal += 1;
  }
  return { replay_sessions: sessions, replay_unequal: unequal };
}

/** Instrument and eleven numbers. */
const FIELDS = 12;
const CHUNK = 1_024;

function minuteQuote(file: string): (row: Row) => Quote | null {
  return (row) => {
    const [bid, ask, mark] = [row.number('bid_close'), row.number('ask_close'), row.number('trade_close')];
    const [bidSize, askSize, tsEvent] = [row.number('bid_size'), row.number('ask_size'), row.number('time_ms')];
    const known = [bid, ask, mark, bidSize, askSize].every(Number.isFinite);
    const levels = { mark, forward: mark, index: mark, markVol: null, funding8h: null };
    return known ? { instrument: file, bid, bidSize, ask, askSize, ...levels, tsEvent, tsReceived: tsEvent } : null;
  };
}

function chainQuote(row: Row): Quote {
  const orNull = (column: string): number | null => (Number.isNaN(row.number(column)) ? null : row.number(column));
  const at = Date.parse(row.text('snapshot_utc'));
  const prices = { bid: orNull('bid'), bidSize: 0, ask: orNull('ask'), askSize: 0, mark: row.number('mark') };
  const levels = { markVol: row.number('mark_iv'), forward: row.number('underlying_price'), funding8h: null };
  return { instrument: row.text('instrument'), ...prices, ...levels, index: row.number('index_price'), tsEvent: at, tsReceived: at }; // biome-ignore format: one quote
}

const CHAINS = 'deribit_option_chains_2026h1/chains_intraday_2026-02-03_to_08.csv.gz';
const MINUTES = ['binance_coinm_btcusd_20221213', 'bybit_inverse_btcusd_20221213', 'bybit_linear_btcusdt_20221213', 'dydx_v4_btcusd_20260101']; // biome-ignore format: one list

function bytesPerField(quotes: readonly Quote[]): number {
  let bytes = 0;
  for (let from = 0; from < quotes.length; from += CHUNK)
    bytes += encodeQuotes(quotes.slice(from, from + CHUNK)).length;
  return bytes / quotes.length / FIELDS;
}

/** Bytes on disk per field of a quote, of the sample that takes most. */
export function tapeSize(folder: string): Figures {
  const samples = MINUTES.map((file): readonly Quote[] => {
    const toQuote = minuteQuote(file);
    return materialRows(folder, `perp_minute_quotes_trades/${file}.csv`).flatMap((row) => toQuote(row) ?? []);
  });
  const sizes = [...samples, materialRows(folder, CHAINS).map(chainQuote)].map(bytesPerField);
  return { tape_bytes_per_field: Math.max(...sizes) };
}

function stateOf(quote: Quote): UnitState {
  const { tsEvent: at, index, forward, mark, markVol } = quote;
  return { at, index, forward, mark, vol: markVol ?? Number.NaN };
}

/** States an hour apart between two snapshots, inputs running evenly, marks by Black-76. */
function hourly(one: Option, from: UnitState, to: UnitState): readonly UnitState[] {
  const hours = Math.max(1, Math.round((to.at - from.at) / HOUR));
  const between = Array.from({ length: hours - 1 }, (_, hour): UnitState => {
    const share = (hour + 1) / hours;
    const mix = (a: number, b: number): number => a + share * (b - a);
    const at = mix(from.at, to.at);
    const [forward, vol] = [mix(from.forward, to.forward), mix(from.vol, to.vol)];
    const years = yearsBetween(at, one.expiry);
    const dollars = optionPrice({ forward, strike: toNumber(one.strike), years, right: one.right }, vol) ?? Number.NaN;
    return { at, index: mix(from.index, to.index), forward, vol, mark: dollars / forward };
  });
  return [from, ...between, to];
}

/**
 * Over every option of the February 2026 chains, in hourly steps: the share of the P&L that they leave unexplained, and how
 * far all terms together are from the change of the mark, at worst, in parts of what moved.
 */
export function unexplainedShare(folder: string): Figures {
  let [unexplained, total, apart] = [0, 0, 0];
  const last = new Map<string, UnitState>();
  for (const row of materialRows(folder, CHAINS)) {
    const quote = chainQuote(row);
    const [from, to] = [last.get(quote.instrument), stateOf(quote)];
    last.set(quote.instrument, to);
    const expiry = Date.parse(row.text('expiry_utc'));
    if (from === undefined || to.at >= expiry) continue;
    const right = row.text('type') === 'C' ? 'call' : 'put';
    const one = { ...option(1, right, 'inverse', expiry), strike: decimal(row.number('strike')) };
    let [rest, made, sum, moved] = [0, 0, 0, 0];
    const states = hourly(one, from, to);
    for (const [at, state] of states.slice(1).entries()) {
      const step = explainUnit(one, states[at] ?? from, state);
      const terms = completed({ ...noTerms(), ...step.terms }, step.total);
      rest += terms.unexplained;
      made += step.total;
      for (const name of PNL_TERMS) {
        sum += terms[name];
        moved += Math.abs(terms[name]);
      }
    }
    unexplained += Math.abs(rest);
    total += Math.abs(made);
    const change = to.mark * to.index - from.mark * from.index;
    if (moved > 0) apart = Math.max(apart, Math.abs(sum - change) / moved);
  }
  return { pnl_unexplained_share: unexplained / total, pnl_unexplained_sum_apart: apart };
}
