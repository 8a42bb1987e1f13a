import type { Instrument } from '#shared/domain/instrument.ts';
import { absolute, negate, type Price, type Quantity } from '#shared/units/decimal.ts';
import {
  fillFact,
  fundingFact,
  type Layout,
  type ReadContext,
  type RowOutcome,
  type StatementFormat,
} from './format.ts';
import { linear, perpetual, spot } from './instruments.ts';
import type { StatementRow } from './statement-row.ts';

const DOLLAR = 'USDC';

/** "BTC" is a perpetual, "HYPE/USDC" spot. */
function instrumentOf(row: StatementRow, context: ReadContext): Instrument {
  const coin = row.filled('coin', 'a coin');
  const [base = '', quote] = coin.split('/');
  if (coin.startsWith('@')) throw row.wrong('coin', 'a name such as BTC or HYPE/USDC, not the number of a pair');
  const one =
    quote === undefined ? perpetual(context.venue, coin, linear(coin, DOLLAR)) : spot(context.venue, coin, base, quote);
  return context.listed(one);
}

const BOUGHT = /^(open long|close short|buy|short > long|liquidated.*short|auto-deleveraging.*short)/i;
const SOLD = /^(open short|close long|sell|long > short|liquidated.*long|auto-deleveraging.*long)/i;

function readTrade(row: StatementRow, context: ReadContext): RowOutcome {
  const direction = row.filled('dir', 'a direction such as Open Long');
  const bought = BOUGHT.test(direction);
  if (!bought && !SOLD.test(direction)) return { skipped: `direction "${direction}" is no trade` };
  const instrument = instrumentOf(row, context);
  const size = absolute(row.decimal<Quantity>('sz'));
  const at = row.time('time');
  const hash = row.text('hash');
  const content = [new Date(at).toISOString(), row.identity(['coin', 'dir', 'px', 'sz', 'fee', 'closedPnl'])].join('|');
  const isForced = /liquidat|deleverag/i.test(direction);
  // Bought spot pays its fee in what was bought; everything else in dollars.
  const feeCurrency = instrument.kind === 'spot' && bought ? instrument.underlying : DOLLAR;
  const fact = fillFact(context, {
    ...{ trade: context.numbered(hash === '' ? content : `${hash}|${content}`), instrument, at },
    ...{ quantity: bought ? size : negate(size), price: row.decimal<Price>('px') },
    ...{ fee: row.decimal('fee'), feeCurrency: row.text('feeToken') || feeCurrency },
    cause: isForced ? 'liquidation' : 'order',
  });
  return { facts: [fact] };
}

const TRADES: Layout = {
  required: ['time', 'coin', 'dir', 'px', 'sz', 'fee'],
  known: ['ntl', 'closedPnl', 'feeToken', 'hash'],
  read: readTrade,
};

const FUNDING: Layout = {
  required: ['time', 'coin', 'payment'],
  known: ['sz', 'side', 'rate'],
  read(row, context) {
    const instrument = instrumentOf(row, context);
    const at = row.time('time');
    const id = context.numbered([new Date(at).toISOString(), row.identity(['coin', 'payment'])].join('|'));
    return { facts: [fundingFact(context, instrument, { id, at, currency: DOLLAR, amount: row.decimal('payment') })] };
  },
};

/** Hyperliquid's trade and funding history. Times are the browser's, so the trader has to tell the zone. */
export const hyperliquid: StatementFormat = {
  venue: 'hyperliquid',
  about: 'trade history and funding history CSV',
  layouts: [TRADES, FUNDING],
};
