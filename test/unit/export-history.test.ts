// Read by spreadsheets and tax programs: columns are only ever added at the end, and every figure names its entries.
import { describe, expect, it } from 'vitest';
import { exportHistory } from '#main/cli/export.ts';
import { explainTable, pnlTable, positionsTable } from '#main/store/export-history.ts';
import { csvOf, type ExportTable } from '#main/store/export-table.ts';
import { taxTable } from '#main/store/export-tax.ts';
import type { ReadHandle } from '#main/store/handles.ts';
import { createJournal } from '#main/store/journal.ts';
import type { DomainEvent } from '#shared/domain/events.ts';
import type { Fill } from '#shared/domain/fill.ts';
import type { Quote } from '#shared/market/quote.ts';
import { decimal } from '#shared/units/decimal.ts';
import { MINUTE } from '#shared/units/time.ts';
import { INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT } from '#test/support/domain.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';
import { fill, T0 } from './store-samples.ts';

function traded(trade: string, more: Partial<Fill>): DomainEvent {
  return { type: 'fill', fill: fill(trade, more) };
}

const linear = { instrument: LINEAR_PERPETUAL.id, feeCurrency: 'USDC' } as const;
const EVENTS: readonly DomainEvent[] = [
  { type: 'instruments-listed', instruments: [INVERSE_PERPETUAL, LINEAR_PERPETUAL, SPOT] },
  traded('t1', { quantity: decimal('10000'), price: decimal('8000'), fee: decimal('0.0005'), index: decimal('8000') }),
  traded('t2', { quantity: decimal('-10000'), price: decimal('10000'), fee: decimal('0'), index: decimal('9990') }),
  traded('t3', { ...linear, quantity: decimal('2'), price: decimal('9000'), fee: decimal('-0.9') }),
  traded('t4', { ...linear, quantity: decimal('-1'), price: decimal('8500'), fee: decimal('4.25') }),
  traded('t5', { ...linear, instrument: SPOT.id, quantity: decimal('0.5'), price: decimal('8600'), fee: decimal('2'), index: decimal('8600') }), // biome-ignore format: one trade
  {
    type: 'funding',
    payment: { account: 'options', instrument: INVERSE_PERPETUAL.id, currency: 'BTC', amount: decimal('-0.001'), id: 'f1', at: T0 },
  }, // biome-ignore format: one payment
];

function quote(index: number, tsReceived: number): Quote {
  const prices = { bid: 1, bidSize: 1, ask: 2, askSize: 1, mark: 1, markVol: null, forward: 1, funding8h: null };
  return { instrument: INVERSE_PERPETUAL.id, ...prices, index, tsEvent: tsReceived, tsReceived };
}

function session(quotes: readonly Quote[] = [quote(8500, T0 - MINUTE), quote(8000, T0 + MINUTE)]): string {
  const file = tmpDatabase();
  const journal = createJournal(file);
  const tape = journal.tape({ onFault: (reason) => expect.fail(reason.message) });
  tape.record(quotes);
  tape.close();
  journal.append(EVENTS, T0);
  journal.close();
  return file;
}

function exported(table: (read: ReadHandle) => ExportTable, file = session()): string[] {
  const journal = createJournal(file);
  const text = [...csvOf(table(journal.read))].join('');
  journal.close();
  return text.trimEnd().split('\n');
}

describe('export', () => {
  it('positions from flat to flat', () => {
    expect(exported((read) => positionsTable(read, 'fifo'))).toEqual([
      'position,account,instrument,settlement,opened,closed,closed_by,quantity,peak,open_cost,realised,fees,rebates,funding,realised_usd,fees_usd,funding_usd,changes,opened_seq,closed_seq',
      // 1.25 − 1 BTC at the index of the close; the funding that came later at the index of the tape before it.
      'options|deribit-paper:BTC-PERPETUAL|2,options,deribit-paper:BTC-PERPETUAL,BTC,2020-03-12T10:00:00.000Z,2020-03-12T10:00:00.000Z,closed,0,10000,0,0.25,0.0005,0,-0.001,2497.5,4,-8.5,3,2,3',
      'options|deribit-paper:BTC_USDC-PERPETUAL|4,options,deribit-paper:BTC_USDC-PERPETUAL,USDC,2020-03-12T10:00:00.000Z,,,1,2,9000,-500,3.35,0.9,0,-500,3.35,0,2,4,',
    ]);
  });

  it('booked P&L by day', () => {
    expect(exported((read) => pnlTable(read, 'fifo'))).toEqual([
      'day,account,instrument,settlement,trades,realised,fees,funding,net,realised_usd,fees_usd,funding_usd,net_usd,first_seq,last_seq',
      '2020-03-12,options,deribit-paper:BTC-PERPETUAL,BTC,2,0.25,0.0005,-0.001,0.2485,2497.5,4,-8.5,2485,2,7',
      '2020-03-12,options,deribit-paper:BTC_USDC-PERPETUAL,USDC,2,-500,3.35,0,-503.35,-500,3.35,0,-503.35,4,5',
    ]);
  });

  // Koinly, "Closing a futures position with a gain": a gain is a deposit, a loss a withdrawal, no trade of the coin.
  it('taxable events in the universal format of Koinly', () => {
    expect(exported((read) => taxTable(read, 'fifo'))).toEqual([
      'Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash',
      '2020-03-12 10:00:00 UTC,0.0005,BTC,,,,,4,USD,cost,fee deribit-paper:BTC-PERPETUAL (journal 2),t1',
      '2020-03-12 10:00:00 UTC,,,0.25,BTC,,,2497.5,USD,realized gain,closed deribit-paper:BTC-PERPETUAL (journal 3),t2',
      '2020-03-12 10:00:00 UTC,,,0.9,USDC,,,0.9,USD,reward,rebate deribit-paper:BTC_USDC-PERPETUAL (journal 4),t3',
      '2020-03-12 10:00:00 UTC,500,USDC,,,,,500,USD,realized gain,reduced deribit-paper:BTC_USDC-PERPETUAL (journal 5),t4',
      '2020-03-12 10:00:00 UTC,4.25,USDC,,,,,4.25,USD,cost,fee deribit-paper:BTC_USDC-PERPETUAL (journal 5),t4',
      '2020-03-12 10:00:00 UTC,4300,USDC,0.5,BTC,2,USDC,4300,USD,,buy deribit-paper:BTC_USDC (journal 6),t5',
      '2020-03-12 10:00:00 UTC,0.001,BTC,,,,,8.5,USD,realized gain,funding deribit-paper:BTC-PERPETUAL (journal 7),f1',
    ]);
  });

  // One coin bought at 8000 before the market is seen: 8100 → 8300 → 8250, another bought at 8290 in the second hour.
  it('P&L explain by day and position, from journal and tape', () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const tape = journal.tape({ onFault: (reason) => expect.fail(reason.message) });
    const at = (minute: number, mark: number): Quote => ({
      ...quote(mark - 10, T0 + minute * MINUTE),
      ...{ instrument: LINEAR_PERPETUAL.id, mark, forward: mark },
    });
    const bought = (trade: string, price: string, minute: number): void => {
      const more = {
        ...linear,
        quantity: decimal('1'),
        price: decimal(price),
        fee: decimal('2'),
        at: T0 + minute * MINUTE,
      };
      journal.append([traded(trade, more)], T0 + minute * MINUTE);
    };
    journal.append(EVENTS.slice(0, 1), T0);
    bought('t1', '8000', 0);
    // The quote of something else comes first: what is held is not left out of the step for that.
    tape.record([{ ...at(1, 8000), instrument: SPOT.id }, at(1, 8100), at(59, 8290), at(61, 8300)]);
    bought('t2', '8290', 62);
    tape.record([at(90, 8260), at(119, 8250)]);
    tape.close();
    journal.close();
    const excluded: string[] = [];
    const lines = exported((read) => explainTable(read, 60 * MINUTE, (why) => void excluded.push(why)), file);
    const [head = '', ...rows] = lines.map((line) => line.split(','));
    const of = (name: string): number => Number(rows[0]?.[head.indexOf(name)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.slice(0, 3)).toEqual(['2020-03-12', 'options', LINEAR_PERPETUAL.id]);
    expect([of('delta'), of('newTrades'), of('fees'), of('unexplained'), of('total')]).toEqual([150, -40, -2, 0, 108]);
    expect(excluded).toEqual([]);
  });

  it('leaves dollars empty where the tape has no index', () => {
    const file = session([quote(8500, T0 - 10 * MINUTE)]);
    expect(exported((read) => pnlTable(read, 'fifo'), file)[1]).toMatch(/,2497\.5,4,,,2,7$/);
  });

  it.each([
    [['--what', 'profit'], '--what: expected one of fills, positions, pnl, explain, tax, was "profit"'],
    [['--what', 'pnl', '--format', 'xlsx'], '--format: expected one of csv, jsonl, parquet, was "xlsx"'],
    [['--what', 'explain', '--every', 'often'], '--every: expected a duration such as 1h, was "often"'],
    [['--what', 'pnl', '--lots', 'hifo'], '--lots: expected one of fifo, lifo, average, specific, chosen, was "hifo"'],
  ])('refuses %s', async (args, told) => {
    const output = { result: () => undefined, say: () => undefined };
    await expect(exportHistory.run(['session.db', ...args], output)).rejects.toThrow(told);
  });
});
