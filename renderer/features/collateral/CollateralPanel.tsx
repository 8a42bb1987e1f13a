import { useShallow } from 'zustand/react/shallow';
import { percent, plain, signed } from '#renderer/format/number.ts';
import { call } from '#renderer/state/bridge.ts';
import { type Gesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { Transfer, TransferRequest } from '#shared/domain/transfer.ts';
import type { CollateralView } from '#shared/ipc/contract.ts';
import style from './CollateralPanel.module.css';
import { useCollateral } from './useCollateral.ts';

const NONE: readonly Transfer[] = [];

function stateOf(view: CollateralView | null, message: string | null, retry: () => void): PanelState {
  if (view !== null) return READY;
  if (message === null) return { kind: 'loading', what: 'Asking the solver' };
  const stillWorks = 'Margin and the ladder still work; it asks again by itself.';
  return { kind: 'error', what: message, since: null, stillWorks, retry, details: message };
}

async function send(transfer: TransferRequest, gesture: Gesture): Promise<void> {
  const answer = await call('transfer.send', { transfer, gesture });
  const { quantity, currency, from, to } = transfer;
  if (answer.ok) showToast('ok', 'Money is under way', `${quantity} ${currency} from ${from} to ${to}`);
  else showFault('The money was not sent', answer.error);
}

/** Pools as people call them, also inside a sentence: "perps USDC". */
const poolName = (text: string): string => text.replaceAll('|', ' ');

/** Where collateral lacks under stress, the cheapest transfers that mend it, and money on its way. */
export function CollateralPanel() {
  const { view, fault, ask } = useCollateral();
  const underWay = useTerminal(useShallow((terminal) => terminal.status?.transfers ?? NONE));
  const keys = useTerminal((terminal) => terminal.status?.keys.state ?? 'LOCKED');
  return (
    <Panel
      id="collateral"
      title="Collateral"
      scope={view === null ? undefined : `goal ${percent(view.goal, 0)} over requirement`}
      currency="USD"
      state={stateOf(view, fault?.message ?? null, ask)}
      remark={<SeverityMark severity={keys === 'ARMED' ? 'watch' : 'note'}>Keys {keys}</SeverityMark>}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={style.scroll} aria-label="Cover of the pools" tabIndex={0} data-panel-focus="">
        {view === null ? null : <Cover view={view} />}
        {view === null ? null : <Plan view={view} armed={keys === 'ARMED'} />}
        {underWay.length === 0 ? null : <UnderWay transfers={underWay} />}
      </section>
    </Panel>
  );
}

function Cover({ view: { pools } }: { readonly view: CollateralView }) {
  return (
    <table className={style.table}>
      <caption className="visually-hidden">Surplus over requirement and goal in the worst stress move, USD</caption>
      <thead>
        <tr>
          <th scope="col">pool</th>
          <th scope="col">now</th>
          <th scope="col">with the plan</th>
          <th scope="col">worst move</th>
        </tr>
      </thead>
      <tbody>
        {pools.map(({ id, beforeUsd, afterUsd, scenario }) => (
          <tr key={id}>
            <th scope="row">{poolName(id)}</th>
            <td data-figure="">
              <SeverityMark severity={beforeUsd < 0 ? 'critical' : 'ok'}>{signed(beforeUsd)}</SeverityMark>
            </td>
            <td data-figure="">{signed(afterUsd)}</td>
            <td>{scenario}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Plan({ view, armed }: { readonly view: CollateralView; readonly armed: boolean }) {
  const { transfers, short, doNothing } = view;
  return (
    <section className={style.plan} aria-label="Plan">
      {transfers.length === 0 ? <p>Nothing needs to move.</p> : null}
      <ul className={style.transfers}>
        {transfers.map(({ from, to, asset, quantity, cost, minutes, request }) => (
          <li key={`${from} ${to} ${asset}`}>
            <span>
              {plain(quantity, 2)} {asset}: {poolName(from)} → {poolName(to)}
            </span>
            <span className={style.cost}>
              {plain(cost.total, 2)} USD · {plain(minutes)} min
            </span>
            <Button
              disabled={request === null}
              title={armed ? 'Sends it now' : 'Needs ARMED keys'}
              onClick={(event) => {
                if (request !== null) void send(request, pointerGesture(event, 'send transfer'));
              }}
            >
              Send
            </Button>
          </li>
        ))}
      </ul>
      {short.map(({ pool, usd }) => (
        <SeverityMark key={pool} severity="critical">
          {poolName(pool)} stays {plain(usd)} USD short: no transfers within the caps cover it
        </SeverityMark>
      ))}
      <p className={style.cost}>{poolName(doNothing)}</p>
    </section>
  );
}

function UnderWay({ transfers }: { readonly transfers: readonly Transfer[] }) {
  return (
    <section className={style.plan} aria-label="Under way">
      <h2>Under way</h2>
      {transfers.map(({ id, quantity, currency, from, to, state }) => (
        <SeverityMark key={id} severity={state === 'unknown' ? 'critical' : 'watch'}>
          {quantity} {currency} from {from} to {to}: {state}
        </SeverityMark>
      ))}
    </section>
  );
}
