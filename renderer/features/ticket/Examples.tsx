import { CommandKbd, Kbd } from '#renderer/ui/Kbd.tsx';
import style from './TicketPanel.module.css';

const EXAMPLES = [
  { line: 'buy 0.5 btc perp', what: 'at market, with a collar' },
  { line: 'buy 5 btc across', what: 'an exposure, wherever it is cheapest' },
  { line: 'buy 5 btc perp twap 30m', what: 'worked over time: also iceberg 1, chase 10, ac 30m' },
  { line: 'sell 2 btc 27mar20 6000 p @ 110v', what: 'an option, priced in vol' },
  { line: 'sell 5 btc 27mar20 6000 p @ 110v; buy 5 btc 27mar20 5000 p', what: 'two legs' },
] as const;

/** What the ticket understands, shown by example. */
export function Examples({ onPick }: { readonly onPick: (line: string) => void }) {
  return (
    <div className={style.examples}>
      <p>Type an order in one line: side, quantity, what, @ price.</p>
      <ul>
        {EXAMPLES.map(({ line, what }) => (
          <li key={line}>
            <button type="button" onClick={() => onPick(line)}>
              <code>{line}</code>
              <span>{what}</span>
            </button>
          </li>
        ))}
      </ul>
      <dl className={style.help}>
        <div>
          <dt>
            <Kbd keys="ArrowUp" /> <Kbd keys="ArrowDown" />
          </dt>
          <dd>price or quantity by a step, with Shift by ten</dd>
        </div>
        <div>
          <dt>
            <CommandKbd command="ticket.join" /> <CommandKbd command="ticket.mid" /> <Kbd keys="Alt+U" />
          </dt>
          <dd>join, mid, next price unit</dd>
        </div>
        <div>
          <dt>
            <Kbd keys="Ctrl+ArrowUp" />
          </dt>
          <dd>lines staged before</dd>
        </div>
      </dl>
    </div>
  );
}
