import { venueName } from '#renderer/format/names.ts';
import { exact } from '#renderer/format/number.ts';
import { utcDay, utcTimeMs } from '#renderer/format/time.ts';
import type { GridColumn } from '#renderer/ui/grid/columns.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './Fills.module.css';

const CAUSES: Readonly<Record<Fill['cause'], string>> = {
  order: '',
  liquidation: '◆ Liquidation',
  settlement: 'Settlement',
};

function bought(fill: Fill): boolean {
  return !fill.quantity.startsWith('-');
}

export const FILL_COLUMNS: readonly GridColumn<Fill>[] = [
  {
    id: 'instrument',
    title: 'Fill',
    meaning: 'Instrument and venue',
    width: 204,
    align: 'start',
    pinned: true,
    grow: true,
    text: (fill) => fill.instrument,
    content: (fill) => (
      <>
        <span>{nameOf(fill.instrument)}</span>
        <span className={style.rest}>{venueName(fill.venue)}</span>
      </>
    ),
  },
  {
    id: 'side',
    title: 'Side',
    meaning: 'Bought or sold',
    width: 44,
    align: 'start',
    text: (fill) => (bought(fill) ? 'Buy' : 'Sell'),
    tone: (fill) => (bought(fill) ? 'up' : 'down'),
  },
  {
    id: 'quantity',
    title: 'Qty',
    meaning: 'Signed quantity in the instrument’s own unit',
    width: 72,
    align: 'end',
    text: (fill) => exact(fill.quantity, 0, 'signed'),
    raw: (fill) => fill.quantity,
    order: (fill) => Number(fill.quantity),
  },
  {
    id: 'price',
    title: 'Price',
    meaning: 'Price in the instrument’s quote unit',
    width: 80,
    align: 'end',
    text: (fill) => exact(fill.price),
    raw: (fill) => fill.price,
    order: (fill) => Number(fill.price),
  },
  {
    id: 'fee',
    title: 'Fee',
    meaning: 'Fee paid; negative is a rebate',
    width: 108,
    align: 'end',
    text: (fill) => `${exact(fill.fee)} ${fill.feeCurrency}`,
    raw: (fill) => `${fill.fee} ${fill.feeCurrency}`,
    order: (fill) => Number(fill.fee),
    tone: () => 'muted',
  },
  {
    id: 'liquidity',
    title: 'Role',
    meaning: 'Maker or taker',
    width: 50,
    align: 'start',
    text: (fill) => fill.liquidity,
    tone: () => 'muted',
  },
  {
    id: 'at',
    title: 'Time (UTC)',
    meaning: 'When the venue executed it',
    width: 96,
    align: 'end',
    text: (fill) => utcTimeMs(fill.at),
    raw: (fill) => new Date(fill.at).toISOString(),
    order: (fill) => fill.at,
  },
  {
    id: 'cause',
    title: 'Cause',
    meaning: 'Empty for the trader’s own orders',
    width: 96,
    align: 'start',
    text: (fill) => CAUSES[fill.cause],
    tone: (fill) => (fill.cause === 'liquidation' ? 'critical' : 'muted'),
  },
  {
    id: 'day',
    title: 'Day',
    meaning: 'Day of the execution, UTC',
    width: 86,
    align: 'end',
    text: (fill) => utcDay(fill.at),
    raw: (fill) => new Date(fill.at).toISOString().slice(0, 10),
    order: (fill) => fill.at,
    tone: () => 'muted',
  },
  {
    id: 'index',
    title: 'Index',
    meaning: 'USD index of the underlying at the execution',
    width: 76,
    align: 'end',
    text: (fill) => exact(fill.index),
    raw: (fill) => fill.index,
    order: (fill) => Number(fill.index),
    tone: () => 'muted',
  },
];
