import type { OrderDesk } from './orders.ts';
import { numberOf, optionalText, type Parameters, textOf } from './parameters.ts';
import { invalid, Refusal } from './refusal.ts';

interface Leg {
  readonly instrument_name: string;
  /** Signed, per unit of the combo. */
  readonly amount: number;
}

export interface Combos {
  create(parameters: Parameters): object;
  all(): readonly object[];
  /** Trades a combo at market, leg by leg; null when the name is none of a combo. */
  trade(
    direction: 'buy' | 'sell',
    parameters: Parameters,
    connection: number,
  ): { order: object; trades: readonly object[] } | null;
}

function legOf(wanted: unknown): Leg {
  if (typeof wanted !== 'object' || wanted === null) throw invalid('trades', 'expected objects');
  const parameters = wanted as Parameters;
  const sign = textOf(parameters, 'direction') === 'sell' ? -1 : 1;
  return { instrument_name: textOf(parameters, 'instrument_name'), amount: sign * numberOf(parameters, 'amount') };
}

/** Combos as Deribit has them: an instrument of legs, whose trade is told beside the trades of its legs. */
export function createCombos(orders: OrderDesk, now: () => number): Combos {
  const combos = new Map<string, readonly Leg[]>();
  let count = 0;

  const wire = (id: string, legs: readonly Leg[]) => ({ id, instrument_id: 1, state: 'active', legs });
  return {
    create: ({ trades }) => {
      if (!Array.isArray(trades) || trades.length < 2) throw invalid('trades', 'expected two legs or more');
      const legs = trades.map(legOf);
      const unit = Math.min(...legs.map((leg) => Math.abs(leg.amount)));
      const ratios = legs.map((leg) => ({ ...leg, amount: leg.amount / unit }));
      const known = [...combos].find(([, other]) => JSON.stringify(other) === JSON.stringify(ratios));
      const id = known?.[0] ?? `BTC-SIM-${combos.size + 1}`;
      combos.set(id, ratios);
      return wire(id, ratios);
    },
    all: () => [...combos].map(([id, legs]) => wire(id, legs)),
    trade: (direction, parameters, connection) => {
      const name = textOf(parameters, 'instrument_name');
      const legs = combos.get(name);
      if (legs === undefined) return null;
      if (optionalText(parameters, 'type') !== 'market')
        throw new Refusal(11030, 'other_reject', 'combos at market only');
      const [amount, way] = [numberOf(parameters, 'amount'), direction === 'buy' ? 1 : -1];
      const label = optionalText(parameters, 'label') ?? '';
      const trades = legs.flatMap((leg) => {
        const side = leg.amount * way > 0 ? 'buy' : 'sell';
        const own = {
          instrument_name: leg.instrument_name,
          amount: Math.abs(leg.amount) * amount,
          type: 'market',
          label,
        };
        return orders.place(side, own, connection).trades;
      });
      count += 1;
      const common = { instrument_name: name, label, direction, amount, order_id: `COMBO-${count}` };
      const stamp = { timestamp: now(), last_update_timestamp: now(), creation_timestamp: now() };
      const order = { ...common, ...stamp, order_state: 'filled', order_type: 'market', filled_amount: amount };
      const money = { price: 0, fee: 0, fee_currency: 'BTC', index_price: 1, liquidity: 'T' };
      const whole = { ...common, ...stamp, ...money, trade_id: `combo-${count}`, legs: trades };
      orders.tell({ name, trades: [whole], orders: [order] });
      return { order, trades: [whole, ...trades] };
    },
  };
}
