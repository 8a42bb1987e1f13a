import { DASH, exact, plain } from '#renderer/format/number.ts';
import { CommandKbd, Kbd } from '#renderer/ui/Kbd.tsx';
import type { TicketLeg } from '#shared/ipc/contract.ts';
import { type Decimal, placesOf } from '#shared/units/decimal.ts';
import { nameOf } from '#shared/units/ids.ts';
import style from './LegCard.module.css';
import { type PriceUnit, readPriceWord } from './price-word.ts';

export interface LegCardProps {
  readonly leg: TicketLeg;
  readonly index: number;
  /** The leg the caret is in: keys act on it. */
  readonly current: boolean;
  readonly priceWord: string | null;
  readonly onCycle: () => void;
  readonly onJoin: () => void;
  readonly onMid: () => void;
}

/** The market's prices with the decimals of its tick; a price in coin with four at least. */
function quote(value: number | null, tick: Decimal): string {
  if (value === null) return DASH;
  return plain(value, Math.min(Math.max(placesOf(tick), value < 1 ? 4 : 0), 6));
}

function flagsOf({ request }: TicketLeg): string {
  const { type, timeInForce, postOnly, reduceOnly } = request;
  const trigger = request.trigger === null ? '' : ` ${exact(request.trigger)}`;
  const collar = type === 'limit' || request.limit === null ? '' : `at worst ${exact(request.limit)}`;
  return [
    type + trigger,
    collar,
    timeInForce,
    postOnly ? 'post-only' : '',
    reduceOnly ? 'reduce-only' : '',
    request.account,
  ]
    .filter((word) => word !== '')
    .join(' · ');
}

function Price({ name, value, chosen }: { readonly name: string; readonly value: string; readonly chosen: boolean }) {
  return (
    <div className={style.price} data-chosen={chosen || undefined}>
      <dt>{name}</dt>
      <dd>
        {value}
        {chosen ? <span className="visually-hidden"> (as typed)</span> : null}
      </dd>
    </div>
  );
}

function Prices({ leg, unit }: { readonly leg: TicketLeg; readonly unit: PriceUnit | null }) {
  const { priceCoin, priceUsd, vol } = leg;
  const inCoin = priceCoin !== null && Number(leg.request.limit) === priceCoin;
  return (
    <dl className={style.prices}>
      <Price name="coin" value={priceCoin === null ? DASH : plain(priceCoin, 4)} chosen={unit === 'quote' && inCoin} />
      <Price
        name="USD"
        value={priceUsd === null ? DASH : plain(priceUsd, priceUsd < 10_000 ? 2 : 1)}
        chosen={unit === 'usd' || (unit === 'quote' && !inCoin)}
      />
      <Price name="vol" value={vol === null ? DASH : plain(vol * 100, 1)} chosen={unit === 'vol'} />
    </dl>
  );
}

/** One leg as main understood it; the line above stays the only thing that is edited. */
export function LegCard({ leg, index, current, priceWord, onCycle, onJoin, onMid }: LegCardProps) {
  const { request } = leg;
  const unit = priceWord === null ? null : (readPriceWord(priceWord)?.unit ?? null);
  return (
    <li className={style.leg} data-current={current || undefined} aria-label={`Leg ${index + 1}`}>
      <p className={style.head}>
        <strong data-side={request.side}>
          {request.side === 'buy' ? 'Buy' : 'Sell'} {exact(request.quantity)}
        </strong>
        <span className={style.name}>{leg.name || nameOf(request.instrument)}</span>
      </p>
      <p className={style.flags}>{flagsOf(leg)}</p>
      <Prices leg={leg} unit={unit} />
      <dl className={style.market}>
        <div>
          <dt>bid</dt>
          <dd>{quote(leg.bid, leg.tick)}</dd>
        </div>
        <div>
          <dt>ask</dt>
          <dd>{quote(leg.ask, leg.tick)}</dd>
        </div>
        <div>
          <dt>mark</dt>
          <dd>{quote(leg.mark, leg.tick)}</dd>
        </div>
        <div>
          <dt>notional</dt>
          <dd>{plain(leg.notionalUsd)}</dd>
        </div>
        <div>
          <dt>fee</dt>
          <dd>{plain(leg.feeUsd, 2)}</dd>
        </div>
      </dl>
      {leg.routed ? null : (
        <div className={style.keys}>
          <button type="button" onClick={onJoin}>
            Join {current ? <CommandKbd command="ticket.join" /> : null}
          </button>
          <button type="button" onClick={onMid}>
            Mid {current ? <CommandKbd command="ticket.mid" /> : null}
          </button>
          <button type="button" onClick={onCycle}>
            Unit {current ? <Kbd keys="Alt+U" /> : null}
          </button>
        </div>
      )}
    </li>
  );
}
