import { writeSync } from 'node:fs';
import { createJournal } from '#main/store/journal.ts';
import { NOW, reading, take } from '#test/support/statements.ts';

// A program to be killed: imports a statement of so many rows into the journal given as its argument.
const [, , file = '', rows = '0'] = process.argv;
const HEAD = 'Uid,Time,Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Buyer,Maker,Trade ID,Order ID';
const lines = Array.from({ length: Number(rows) }, (_, at) => {
  const time = new Date(Date.UTC(2026, 2, 17) + at * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  return `1,${time},BTCUSDT,${at % 3 === 0 ? 'SELL' : 'BUY'},${70_000 + (at % 90)},0.01,700,0.28 USDT,0,true,false,${at},1`;
});
const statement = await reading('binance', 'long.csv', `${[HEAD, ...lines].join('\n')}\n`, { zone: 0, now: NOW });
const journal = createJournal(file);
writeSync(1, 'importing\n');
take(journal, statement);
writeSync(1, 'imported\n');
journal.close();
