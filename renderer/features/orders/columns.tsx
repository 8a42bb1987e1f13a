import { venueName } from '#renderer/format/names.ts';
import { DASH, exact } from '#renderer/format/number.ts';
import { age } from '#renderer/format/time.ts';
import { engineNow } from '#renderer/state/engine-clock.ts';
import type { GridColumn } from '#renderer/ui/grid/columns.ts';
import type { Order } from '#shared/domain/order.ts';
import { nameOf, venueOf } from '#shared/units/ids.ts';
import style from './Orders.module.css';
import { stateRank, stateTone, stateWord, typeText } from './order-words.ts';

/** The price that matters: the trigger of a stop, else the limit. */
function priceOf(order: Order): string | null {
  return order.type === 'stop' ? order.trigger : order.limit;
}

function filledText(order: Order): string {
  return exact(order.filled);
}

export const ORDER_COLUMNS: readonly GridColumn<Order>[] = [
  {
    id: 'order',
    title: 'Order',
    meaning: 'Instrument and venue',
    width: 204,
    align: 'start',
    pinned: true,
    grow: true,
    text: (order) => order.instrument,
    content: (order) => (
      <>
        <span>{nameOf(order.instrument)}</span>
        <span className={style.rest}>{venueName(venueOf(order.instrument))}</span>
      </>
    ),
  },
  {
    id: 'side',
    title: 'Side',
    meaning: 'Buy or sell',
    width: 44,
    align: 'start',
    text: (order) => (order.side === 'buy' ? 'Buy' : 'Sell'),
    tone: (order) => (order.side === 'buy' ? 'up' : 'down'),
  },
  {
    id: 'quantity',
    title: 'Qty',
    meaning: 'Quantity in the instrument’s own unit',
    width: 72,
    align: 'end',
    text: (order) => exact(order.quantity),
    raw: (order) => order.quantity,
    order: (order) => Number(order.quantity),
  },
  {
    id: 'price',
    title: 'Price',
    meaning: 'Limit, collar or trigger in the instrument’s quote unit',
    width: 80,
    align: 'end',
    text: (order) => exact(priceOf(order) ?? DASH),
    raw: (order) => priceOf(order) ?? '',
    order: (order) => Number(priceOf(order) ?? Number.NaN),
  },
  {
    id: 'filled',
    title: 'Filled',
    meaning: 'Quantity filled so far',
    width: 66,
    align: 'end',
    text: filledText,
    raw: (order) => order.filled,
    order: (order) => Number(order.filled),
  },
  {
    id: 'state',
    title: 'State',
    meaning: 'Denied is ours, rejected is the venue’s; unknown counts against risk until resolved',
    width: 150,
    align: 'start',
    text: stateWord,
    order: stateRank,
    tone: stateTone,
  },
  {
    id: 'age',
    title: 'Age',
    meaning: 'Since the order was made',
    width: 62,
    align: 'end',
    text: (order) => age(Math.max(0, engineNow() - order.createdAt)),
    raw: (order) => new Date(order.createdAt).toISOString(),
    order: (order) => -order.createdAt,
    tone: () => 'muted',
  },
  {
    id: 'average',
    title: 'Avg',
    meaning: 'Quantity-weighted price of the fills',
    width: 80,
    align: 'end',
    text: (order) => (order.averagePrice === null ? DASH : exact(trimmed(order.averagePrice))),
    raw: (order) => order.averagePrice ?? '',
    order: (order) => Number(order.averagePrice ?? Number.NaN),
  },
  {
    id: 'type',
    title: 'Type',
    meaning: 'Type, time in force, flags, or the schedule it is worked by',
    width: 112,
    align: 'start',
    text: typeText,
    tone: () => 'muted',
  },
  {
    id: 'reason',
    title: 'Reason',
    meaning: 'Why it was denied, rejected, cancelled or is unknown; what an order at work waits for',
    width: 320,
    align: 'start',
    text: (order) => order.reason?.message ?? '',
    tone: () => 'muted',
  },
];

/** Averages are exact to 18 places; a reader needs a few. */
function trimmed(average: string): string {
  const [whole = '', fraction = ''] = average.split('.');
  const places = whole.length > 2 ? 2 : 5;
  return fraction === '' ? whole : `${whole}.${fraction.slice(0, places)}`;
}
