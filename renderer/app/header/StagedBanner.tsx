import { commit, dropStaged } from '#renderer/app/actions.ts';
import { exact } from '#renderer/format/number.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { OrderRequest } from '#shared/domain/order.ts';
import type { StagedOrders } from '#shared/ipc/frames.ts';
import { nameOf } from '#shared/units/ids.ts';
import { Countdown } from './KeyState.tsx';
import style from './StagedBanner.module.css';

function OrderText({ order }: { readonly order: OrderRequest }) {
  const price = order.type === 'stop' ? order.trigger : order.limit;
  return (
    <li className={style.order}>
      <span className={order.side === 'buy' ? style.buy : style.sell}>{order.side === 'buy' ? 'Buy' : 'Sell'}</span>{' '}
      <strong>{exact(order.quantity)}</strong> {nameOf(order.instrument)}
      <span className={style.rest}>
        {order.type}
        {price === null ? '' : ` @ ${exact(price)}`}
        {order.postOnly ? ' post-only' : ''}
        {order.reduceOnly ? ' reduce-only' : ''} · {order.account}
      </span>
    </li>
  );
}

function Checks({ staged }: { readonly staged: StagedOrders }) {
  const all = staged.checks.flat();
  const failed = all.filter((check) => !check.passed);
  if (failed.length === 0) return <SeverityMark severity="ok">{all.length} checks passed</SeverityMark>;
  return (
    <SeverityMark severity="critical">
      {failed.length} of {all.length} checks failed: {failed[0]?.text}
    </SeverityMark>
  );
}

function NotArmed() {
  return (
    <span className={style.rest}>
      Committing needs ARMED keys: hold <CommandKbd command="keys.arm" />
    </span>
  );
}

/** What would be sent, its checks, and ten seconds to commit or drop it. */
export function StagedBanner() {
  const staged = useTerminal((terminal) => terminal.status?.staged ?? null);
  const armed = useTerminal((terminal) => terminal.status?.keys.state === 'ARMED');
  if (staged === null) return null;
  return (
    <section className={classNames(style.banner, !staged.passed && style.failed)} aria-label="Staged orders">
      <div className={style.what}>
        <p className={style.title} role="status">
          <span className={style.staged}>STAGED</span> {staged.title}
        </p>
        <ul className={style.orders}>
          {staged.orders.map((order, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: legs of one staged group keep their places
            <OrderText key={index} order={order} />
          ))}
        </ul>
      </div>
      <div className={style.checks}>
        <Checks staged={staged} />
        {armed ? null : <NotArmed />}
      </div>
      <span className={style.clock} title="Dropped when the time is up">
        <Countdown until={staged.expiresAt} />
      </span>
      <Button keys="Escape" onClick={() => void dropStaged()}>
        Drop
      </Button>
      <Button
        look="primary"
        command="order.stage"
        disabled={!armed || !staged.passed}
        onClick={(event) => void commit(pointerGesture(event, 'commit'))}
      >
        Commit
      </Button>
    </section>
  );
}
