import { DERIBIT } from '#main/venues/paper/demo-book.ts';
import type { Exchange } from '#main/venues/paper/exchange.ts';
import type { FundingPayment } from '#shared/domain/events.ts';
import { absolute, add, decimal, divide, isZero, negate } from '#shared/units/decimal.ts';
import { CORE_ACCOUNT, type CoreOrder, type CoreTrade, filledOf } from '#test/venues/simulator/desk.ts';
import { type OkxName, toContracts } from './names.ts';

const STATES = {
  ACKED: 'live',
  PARTIAL: 'partially_filled',
  FILLED: 'filled',
  CANCELLED: 'canceled',
  EXPIRED: 'canceled',
  REJECTED: 'canceled',
} as const;

export function wireOrder(name: OkxName, order: CoreOrder): object {
  const { terms } = order;
  const filled = filledOf(order);
  return {
    instType: name.type,
    instId: name.id,
    ordId: order.id,
    clOrdId: order.clientId,
    tag: '',
    px: terms.limit ?? '',
    sz: toContracts(name, order.amount),
    ordType: order.wireType,
    side: terms.side,
    posSide: 'net',
    tdMode: 'cross',
    accFillSz: toContracts(name, filled),
    avgPx: isZero(filled) ? '' : divide(order.cost, filled),
    state: STATES[order.state],
    lever: '10',
    fee: negate(order.fees),
    feeCcy: '',
    rebate: '0',
    category: 'normal',
    reduceOnly: `${terms.reduceOnly}`,
    cTime: `${order.createdAt}`,
    uTime: `${order.updatedAt}`,
    tradeId: '',
  };
}

/** `trade/fills-history`. */
export function wireFill(name: OkxName, { number, fill, order }: CoreTrade): object {
  return {
    instType: name.type,
    instId: name.id,
    tradeId: `${500_000 + number}`,
    ordId: order?.id ?? '',
    clOrdId: order?.clientId ?? '',
    billId: `${900_000 + number}`,
    subType: fill.cause === 'liquidation' ? '104' : fill.cause === 'settlement' ? '112' : '1',
    tag: '',
    fillPx: fill.price,
    fillSz: toContracts(name, absolute(fill.quantity)),
    fillIdxPx: fill.index,
    side: fill.quantity.startsWith('-') ? 'sell' : 'buy',
    posSide: 'net',
    execType: fill.liquidity === 'maker' ? 'M' : 'T',
    feeCcy: fill.feeCurrency,
    fee: negate(fill.fee),
    ts: `${fill.at}`,
  };
}

/** `account/bills-archive` of type 8. */
export function wireBill(name: OkxName, payment: FundingPayment): object {
  return {
    billId: payment.id,
    instId: name.id,
    instType: name.type,
    ccy: payment.currency,
    balChg: payment.amount,
    type: '8',
    subType: payment.amount.startsWith('-') ? '173' : '174',
    ts: `${payment.at}`,
  };
}

/** `account/balance` of a single-currency account: margin stands with each currency. */
export function wireBalance(exchange: Exchange, at: number): object {
  const { balances, pools } = exchange.holdings(CORE_ACCOUNT);
  const currencies = new Set([...balances, ...pools].map((one) => one.currency));
  const details = [...currencies].map((ccy) => {
    const cash = balances.find((one) => one.currency === ccy)?.cash ?? decimal('0');
    const pool = pools.find((one) => one.currency === ccy);
    const equity = pool?.equity ?? Number(cash);
    return {
      ccy,
      cashBal: cash,
      eq: decimal(equity),
      availEq: decimal(Math.max(equity - (pool?.initialMargin ?? 0), 0)),
      availBal: '',
      frozenBal: decimal(pool?.initialMargin ?? 0),
      imr: decimal(pool?.initialMargin ?? 0),
      mmr: decimal(pool?.maintenanceMargin ?? 0),
      upl: decimal(equity - Number(cash)),
      uTime: `${at}`,
    };
  });
  return { uTime: `${at}`, totalEq: '0', imr: '', mmr: '', adjEq: '', mgnRatio: '', details };
}

/** `account/positions` in net mode: `pos` is signed. */
export function wirePositions(exchange: Exchange, nameOf: (id: string) => OkxName | null): readonly object[] {
  const listed = new Map(exchange.instruments(DERIBIT).map((one) => [one.id, one]));
  return exchange.holdings(CORE_ACCOUNT).positions.flatMap((position) => {
    const [name, instrument] = [nameOf(position.instrument), listed.get(position.instrument)];
    if (name === null || instrument === undefined || isZero(position.quantity)) return [];
    const quote = exchange.quote(instrument, exchange.now);
    return [
      {
        instType: name.type,
        instId: name.id,
        pos: toContracts(name, position.quantity),
        posSide: 'net',
        posId: name.id,
        mgnMode: 'cross',
        avgPx: position.entry,
        markPx: decimal(quote.mark),
        upl: '0',
        uplRatio: '0',
        lever: instrument.kind === 'option' ? '' : '10',
        imr: '0',
        mmr: '0',
        liqPx: '',
        notionalUsd: add(decimal('0'), absolute(position.quantity)),
        ccy: instrument.settlement,
        cTime: `${exchange.now}`,
        uTime: `${exchange.now}`,
      },
    ];
  });
}
