import type { OrderType, TimeInForce } from '#shared/domain/order.ts';
import { type Decimal, decimal } from '#shared/units/decimal.ts';
import { FaultError } from '#shared/units/result.ts';
import type { Clockwork } from '#test/venues/simulator/clockwork.ts';
import { CORE_ACCOUNT, type CoreOrder, type Desk, isWorking } from '#test/venues/simulator/desk.ts';
import type { FaultState } from '#test/venues/simulator/faults.ts';
import { wireBalance, wireBill, wireFill, wireOrder, wirePositions } from './account.ts';
import {
  type Listed,
  listedAt,
  wireFunding,
  wireInstrument,
  wireMark,
  wireSides,
  wireSummary,
  wireTicker,
} from './market.ts';
import { type OkxName, toQuantity } from './names.ts';
import { Refusal, refusalOf } from './refusal.ts';

export type Fields = Readonly<Record<string, string>>;

export interface OkxVenue {
  readonly work: Clockwork;
  readonly desk: Desk;
  readonly faults: FaultState;
  readonly venueTime: () => number;
  /** Everything that ever was listed, by the core's id and by OKX's. */
  nameOf(coreId: string): OkxName | null;
  listed(): readonly Listed[];
  find(instId: string): Listed;
}

const PAGE = 100;
const TYPES: Readonly<Record<string, { type: OrderType; timeInForce: TimeInForce; postOnly: boolean }>> = {
  limit: { type: 'limit', timeInForce: 'gtc', postOnly: false },
  post_only: { type: 'limit', timeInForce: 'gtc', postOnly: true },
  ioc: { type: 'limit', timeInForce: 'ioc', postOnly: false },
  fok: { type: 'limit', timeInForce: 'fok', postOnly: false },
  market: { type: 'market', timeInForce: 'ioc', postOnly: false },
};

/** Names outlive listings: fills of what has expired are still told. */
export function createOkxVenue(parts: Pick<OkxVenue, 'work' | 'desk' | 'faults' | 'venueTime'>): OkxVenue {
  const ever = new Map<string, Listed>();
  const listed = (): readonly Listed[] => {
    const all = listedAt(parts.work);
    for (const one of all) ever.set(one.instrument.id, one);
    return all;
  };
  return {
    ...parts,
    listed,
    nameOf: (coreId) => ever.get(coreId)?.name ?? listed().find((one) => one.instrument.id === coreId)?.name ?? null,
    find: (instId) => {
      const found = listed().find((one) => one.name.id === instId);
      if (found) return found;
      throw new Refusal('51001', 'Instrument ID does not exist');
    },
  };
}

/** One order, amendment or cancellation as part of an answer. */
function legOf(fields: Fields, act: () => CoreOrder): object {
  try {
    const order = act();
    return { ordId: order.id, clOrdId: order.clientId, tag: '', sCode: '0', sMsg: '' };
  } catch (thrown) {
    const refused = thrown instanceof FaultError ? refusalOf(thrown.fault) : thrown;
    if (!(refused instanceof Refusal)) throw thrown;
    const { code: sCode, message: sMsg } = refused;
    return { ordId: fields.ordId ?? '', clOrdId: fields.clOrdId ?? '', tag: '', sCode, sMsg };
  }
}

export type Get = (query: Fields) => readonly object[];
export type Post = (body: readonly Fields[]) => readonly object[];

/** What is asked for with GET, by path. */
export function createReads(venue: OkxVenue): Readonly<Record<string, Get>> {
  const { work, desk, faults } = venue;
  const quoteOf = ({ instrument }: Listed) => work.exchange.quote(instrument, work.exchange.now);
  const ofType = ({ instType = '', uly = '' }: Fields): readonly Listed[] =>
    venue.listed().filter(({ name }) => name.type === instType && (uly === '' || name.id.startsWith(`${uly}-`)));
  const index = (): number => {
    const [first] = venue.listed();
    return first ? quoteOf(first).index : 0;
  };
  const ordersOf = (orders: readonly CoreOrder[]): readonly object[] =>
    orders.flatMap((one) => {
      const name = venue.nameOf(one.terms.instrument);
      return name === null ? [] : [wireOrder(name, one)];
    });
  const isType = (coreId: string, instType: string | undefined) =>
    instType === undefined || venue.nameOf(coreId)?.type === instType;
  return {
    'public/time': () => [{ ts: `${Math.floor(venue.venueTime())}` }],
    'public/instruments': (query) => ofType(query).map(wireInstrument),
    'public/mark-price': (query) => ofType(query).map((one) => wireMark(one, quoteOf(one))),
    'public/opt-summary': ({ uly = '' }) =>
      ofType({ instType: 'OPTION', uly }).flatMap((one) => wireSummary(one, quoteOf(one)) ?? []),
    'public/funding-rate': () => ofType({ instType: 'SWAP' }).map((one) => wireFunding(one, quoteOf(one))),
    'market/tickers': (query) => ofType(query).map((one) => wireTicker(one, quoteOf(one))),
    'market/index-tickers': () => [{ instId: 'BTC-USD', idxPx: decimal(index()), ts: `${venue.venueTime()}` }],
    'market/books': ({ instId = '', sz = '1' }) => {
      const { instrument, name } = venue.find(instId);
      const book = work.exchange.depth(instrument.id, Number(sz));
      return [{ ...wireSides(name, book), ts: `${book.at}` }];
    },
    'asset/currencies': () => [],
    'account/balance': () => [wireBalance(work.exchange, work.exchange.now)],
    'account/positions': () => (faults.takeEmpty() ? [] : wirePositions(work.exchange, venue.nameOf)),
    'trade/orders-pending': () => ordersOf(desk.working()),
    'trade/orders-history': ({ instType, state }) => {
      const ended = desk.all.filter((one) => !isWorking(one) && isType(one.terms.instrument, instType));
      const wanted = ended.filter((one) => (state === 'filled') === (one.state === 'FILLED'));
      return ordersOf(wanted).slice(-PAGE).reverse();
    },
    'trade/order': ({ ordId, clOrdId }) => {
      const found = ordId === undefined ? desk.byClient(clOrdId ?? '') : desk.byId(ordId);
      if (found === undefined) throw new Refusal('51603', 'Order does not exist');
      return ordersOf([found]);
    },
    'trade/fills-history': ({ instType, begin = '0', after }) => {
      const rows = desk.trades.flatMap((one) => {
        const name = venue.nameOf(one.fill.instrument);
        const due = one.fill.at >= Number(begin) && isType(one.fill.instrument, instType);
        const older = after === undefined || 900_000 + one.number < Number(after);
        return name !== null && due && older ? [wireFill(name, one)] : [];
      });
      return rows.slice(-PAGE).reverse();
    },
    'account/bills-archive': () =>
      desk.payments.flatMap((one) => {
        const name = venue.nameOf(one.instrument);
        return name === null ? [] : [wireBill(name, one)];
      }),
  };
}

/** What is asked for with POST, by path: one entry per order. */
export function createWrites(venue: OkxVenue): Readonly<Record<string, Post>> {
  const { desk, faults } = venue;
  const found = ({ ordId, clOrdId }: Fields): CoreOrder => {
    const order = ordId === undefined ? desk.byClient(clOrdId ?? '') : desk.byId(ordId);
    if (order) return order;
    throw new Refusal('51400', 'Cancellation failed as the order has been filled, canceled or does not exist');
  };
  const place = (fields: Fields): CoreOrder => {
    const code = faults.takeRefusal();
    if (code !== null) throw new Refusal(`${code}`, 'refused by the rehearsal');
    const { instId = '', side, ordType = '', px, sz = '', clOrdId = '', reduceOnly } = fields;
    const { instrument, name } = venue.find(instId);
    const kind = TYPES[ordType];
    if (kind === undefined || (side !== 'buy' && side !== 'sell')) throw new Refusal('51000', 'Parameter error');
    if (!/^[0-9A-Za-z]{0,32}$/.test(clOrdId)) throw new Refusal('51000', 'Parameter clOrdId error');
    if (clOrdId !== '' && desk.byClient(clOrdId)) throw new Refusal('51016', 'Client order ID already exists');
    const limit: Decimal | null = px === undefined || kind.type === 'market' ? null : decimal(px);
    const terms = { account: CORE_ACCOUNT, instrument: instrument.id, ...kind, limit, trigger: null };
    const quantity = toQuantity(name, decimal(sz));
    const reduces = reduceOnly === 'true' || String(reduceOnly) === 'true';
    return desk.place({
      clientId: clOrdId,
      wireType: ordType,
      terms: { ...terms, side, quantity, reduceOnly: reduces },
    });
  };
  const amend = (fields: Fields): CoreOrder => {
    const order = found(fields);
    const name = venue.nameOf(order.terms.instrument);
    if (name === null) throw new Refusal('51001', 'Instrument ID does not exist');
    const amount = fields.newSz === undefined ? order.amount : toQuantity(name, decimal(fields.newSz));
    return desk.amend(order, amount, fields.newPx === undefined ? order.terms.limit : decimal(fields.newPx));
  };
  const each =
    (act: (fields: Fields) => CoreOrder): Post =>
    (body) =>
      body.map((fields) => legOf(fields, () => act(fields)));
  return {
    'trade/order': each(place),
    'trade/batch-orders': each(place),
    'trade/amend-order': each(amend),
    'trade/cancel-order': each((fields) => desk.cancel(found(fields))),
  };
}
