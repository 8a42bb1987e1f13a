// Statements of venues become the trades they tell: against figures of the statement itself that no reader uses.
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '#main/statements/read-statement.ts';
import { historyOf } from '#main/store/export-history.ts';
import { changesPage } from '#main/store/history.ts';
import { createJournal } from '#main/store/journal.ts';
import { verifyFile } from '#main/store/verify.ts';
import { unrealisedOf } from '#shared/domain/history/history.ts';
import type { Money } from '#shared/domain/history/money.ts';
import { add, type Decimal, toNumber, ZERO } from '#shared/units/decimal.ts';
import { foldWhole, positionsIn } from '#test/support/positions.ts';
import { reading, sample, take } from '#test/support/statements.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

type Case = readonly [format: string, file: string, options?: Partial<ReadOptions>];
const UTC = { zone: 0 };
const CONTRACTS = { contracts: new Map([['BTC-USDT-SWAP', '0.01' as Decimal]]) };

async function imported(...cases: readonly Case[]) {
  const file = tmpDatabase();
  const journal = createJournal(file);
  for (const [format, name, options] of cases) take(journal, await reading(format, name, sample(name), options));
  foldWhole(journal, 'fifo');
  const positions = positionsIn(journal.read);
  let cash: Decimal = ZERO;
  for (const { entry } of historyOf(journal.read, 'fifo')) {
    if (entry.event.type === 'imported' && entry.event.fact.type === 'cash')
      cash = add(cash, entry.event.fact.cash.amount);
  }
  journal.close();
  expect(verifyFile(file)).toMatchObject({ ok: true });
  const sum = (of: (one: (typeof positions)[number]) => Money): number =>
    positions.reduce((all, one) => all + toNumber(of(one).amount), 0);
  const [realised, fees, funding] = [sum((one) => one.realised), sum((one) => one.fees), sum((one) => one.funding)];
  return { positions, realised, fees, funding, net: realised - fees + funding, cash: toNumber(cash) };
}

describe('statements', () => {
  // The balance column is the venue's own ledger: nothing of Keel reads it.
  it('Deribit: profit, fees, funding and cash add up to the last balance', async () => {
    const { positions, net, cash } = await imported(['deribit', 'deribit-transaction_log-1001-BTC.csv']);
    expect(cash + net).toBeCloseTo(0.56077197, 8);
    expect(positions.map((one) => [one.instrument, one.closedBy, one.quantity])).toEqual([
      ['deribit:BTC-29MAR24-70000-C', 'exercised', '0'],
      ['deribit:BTC-PERPETUAL', 'closed', '0'],
    ]);
    // The dollars of an inverse option come from the index beside the trade: 0.055 − 0.00142653 at 70,100.
    expect(toNumber(positions[0]?.realised.usd ?? ZERO)).toBeCloseTo(0.05357347 * 70_100, 4);
  });

  // closedPnl is the venue's own: profit of the close less its fee.
  it('Hyperliquid: profit less fees is closedPnl, also through a flip and with equal rows', async () => {
    const { positions, realised, fees } = await imported(
      ['hyperliquid', 'hyperliquid-trades.csv', UTC],
      ['hyperliquid', 'hyperliquid-funding.csv', UTC],
    );
    expect(realised - fees).toBeCloseTo(-10.53 + 47.345 * 2 - 115.66, 8);
    expect(positions.map((one) => [one.quantity, one.closedBy])).toEqual([
      ['-0.2', null],
      ['0', 'flipped'],
    ]);
    expect(positions[1]?.funding.amount).toBe('-0.29');
  });

  it('Binance: realised profit is the column of that name; COIN-M counts dollars', async () => {
    const { positions, funding } = await imported(
      ['binance', 'binance-futures-trades.csv', UTC],
      ['binance', 'binance-futures-income.csv'],
    );
    const [usdc, coin] = positions;
    expect(usdc?.realised.amount).toBe('0.287');
    expect(coin).toMatchObject({ instrument: 'binance:ETHUSD_PERP', quantity: '250', settlement: 'ETH' });
    expect(funding).toBeCloseTo(-0.8, 12);
  });

  it('OKX: contracts become coins, the balance changes add up', async () => {
    const { positions, net } = await imported(['okx', 'okx-trading-history.csv', CONTRACTS]);
    expect(net).toBeCloseTo(-1.35 + 9.545 - 0.03, 8);
    expect(positions[0]).toMatchObject({ quantity: '0.02', peak: '0.03' });
  });

  it.each<[string, Case, number]>([
    ['unified', ['bybit', 'bybit-transaction-log.csv'], -0.172165 + 0.95038 - 0.0043613],
    ['classic', ['bybit', 'bybit-classic.csv', UTC], -4.275 - 0.575 + 95.65],
  ])('Bybit, %s account: the changes add up', async (_, one, change) => {
    const { net } = await imported(one);
    expect(net).toBeCloseTo(change, 8);
  });

  // Income stands with funding, costs with fees: 12 + 0.5 − 3 and 2 + 25 + 1.5.
  it('what a position earned and was charged without a trade is in its history', async () => {
    const journal = createJournal(tmpDatabase());
    const csv = `time,kind,instrument,quantity,price,fee,amount,currency,id
2024-03-01T00:00:00Z,fill,BTC_USDC-PERPETUAL,1,60000,2,,,t1
2024-03-01T01:00:00Z,lp-fee,BTC_USDC-PERPETUAL,,,,12,USDC,c1
2024-03-01T02:00:00Z,reward,BTC_USDC-PERPETUAL,,,,0.5,USDC,c2
2024-03-01T03:00:00Z,interest,BTC_USDC-PERPETUAL,,,,-3,USDC,c3
2024-03-01T04:00:00Z,penalty,BTC_USDC-PERPETUAL,,,,-25,USDC,c4
2024-03-01T05:00:00Z,gas,BTC_USDC-PERPETUAL,,,,-1.5,USDC,c5
`;
    take(journal, await reading('generic', 'costs.csv', csv));
    foldWhole(journal, 'fifo');
    const [one] = positionsIn(journal.read);
    expect([one?.funding.amount, one?.fees.amount, one?.quantity]).toEqual(['9.5', '28.5', '1']);
    const kinds = changesPage(journal.read, one?.id ?? '', { limit: 10 }).map((change) => change.kind);
    expect(kinds).toEqual(['charged', 'charged', 'funded', 'funded', 'funded', 'opened']);
    journal.close();
  });

  it('values what is open at a mark', async () => {
    const file = tmpDatabase();
    const journal = createJournal(file);
    const read = await reading('hyperliquid', 'hyperliquid-trades.csv', sample('hyperliquid-trades.csv'), UTC);
    take(journal, read);
    foldWhole(journal, 'fifo');
    const [open] = positionsIn(journal.read);
    const instrument = read.statement.instruments.find((one) => one.id === open?.instrument);
    if (open === undefined || instrument === undefined) throw new Error('nothing is open');
    // 0.2 BTC sold at 116,000, 1,000 higher now.
    expect(unrealisedOf(open, instrument, '117000' as Decimal)).toBe('-200');
    journal.close();
  });
});
