import { useMemo, useState } from 'react';
import { counted } from '#renderer/format/names.ts';
import { type Gesture, paletteGesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand, useCommand } from '#renderer/state/commands/registry.ts';
import { everySecond } from '#renderer/state/every-second.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Button, Toggle } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { showToast } from '#renderer/ui/toasts.ts';
import { isWorking, type Order } from '#shared/domain/order.ts';
import { nameOf } from '#shared/units/ids.ts';
import { cancelOrder, isProtective, workingOrder } from './cancel.ts';
import { ORDER_COLUMNS } from './columns.tsx';
import { stateWord } from './order-words.ts';

const keyOf = (order: Order): string => order.id;
const searchText = (order: Order): string => `${order.instrument} ${order.side} ${stateWord(order)} ${order.account}`;
const markOf = (order: Order): string | undefined => (order.state === 'UNKNOWN' ? 'unknown' : undefined);
const WORKING_FIRST = { column: 'state', descending: false } as const;

function stateOf(connected: boolean, shown: number, all: number, showAll: () => void): PanelState {
  if (shown > 0) return READY;
  if (!connected) return { kind: 'loading', what: 'Waiting for orders' };
  if (all > 0) {
    const sentence = `No order is working; ${counted(all, 'order is', 'orders are')} done.`;
    return { kind: 'empty', sentence, action: { label: 'Show all orders', run: showAll } };
  }
  return {
    kind: 'empty',
    sentence: 'No orders yet: write one in the ticket, or let the hedge key stage one.',
    action: {
      label: 'Open the ticket',
      run: () => runCommand('go.ticket', paletteGesture('empty orders')),
      command: 'go.ticket',
    },
  };
}

function ConfirmStop({ order, onClose }: { readonly order: Order; readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title="Cancel a protective stop?"
      foot={
        <>
          <Button onClick={onClose}>Keep the stop</Button>
          <Button
            look="primary"
            onClick={(event) => {
              void cancelOrder(order.id, pointerGesture(event, 'cancel protective stop'));
              onClose();
            }}
          >
            Cancel the stop
          </Button>
        </>
      }
    >
      <p>
        {nameOf(order.instrument)}: {order.side} {order.quantity} when the mark crosses {order.trigger}. Without it the
        position is unprotected.
      </p>
    </Dialog>
  );
}

export function OrdersPanel() {
  const orders = useTerminal((terminal) => terminal.orders);
  const connected = useTerminal((terminal) => terminal.connected);
  const [workingOnly, setWorkingOnly] = useState(false);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Order | null>(null);
  const rows = useMemo(() => {
    const all = [...orders.values()].reverse();
    return workingOnly ? all.filter((order) => isWorking(order.state)) : all;
  }, [orders, workingOnly]);
  const working = useMemo(() => [...orders.values()].filter((order) => isWorking(order.state)).length, [orders]);

  function cancelChosen(gesture: Gesture): void {
    const order = workingOrder(useWorkbench.getState().selectedOrder);
    if (order === null) showToast('note', 'Nothing to cancel: no working order is under the cursor');
    else if (isProtective(order)) setAsked(order);
    else void cancelOrder(order.id, gesture);
  }
  useCommand('order.cancel', cancelChosen, 'orders');

  return (
    <Panel
      id="orders"
      title="Orders"
      remark={<span>{working} working</span>}
      state={stateOf(connected, rows.length, orders.size, () => setWorkingOnly(false))}
      actions={
        <>
          <Toggle look="quiet" pressed={workingOnly} onChange={setWorkingOnly}>
            Working
          </Toggle>
          <Button
            look="quiet"
            command="order.cancel"
            onClick={(event) => cancelChosen(pointerGesture(event, 'cancel order'))}
          >
            Cancel
          </Button>
        </>
      }
    >
      <StreamGrid
        panel="orders"
        label="Orders"
        rows={rows}
        keyOf={keyOf}
        columns={ORDER_COLUMNS}
        searchText={searchText}
        initialSorting={WORKING_FIRST}
        subscribe={everySecond}
        markOf={markOf}
        selection={selection}
        onSelection={setSelection}
        onCursorRow={(order) => useWorkbench.setState({ selectedOrder: order?.id ?? null })}
      />
      {asked === null ? null : <ConfirmStop order={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}
