import { useMemo, useState } from 'react';
import { useKeptFocus } from '#renderer/charts/useKeptFocus.ts';
import { counted } from '#renderer/format/names.ts';
import { call } from '#renderer/state/bridge.ts';
import type { Gesture } from '#renderer/state/commands/gesture.ts';
import { paletteGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand, useCommand } from '#renderer/state/commands/registry.ts';
import { useRiskState } from '#renderer/state/risk-state.ts';
import { type Terminal, useTerminal } from '#renderer/state/terminal.ts';
import { useTerminalAt } from '#renderer/state/throttled.ts';
import { useVenuesWatched } from '#renderer/state/venues.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import { Button, Toggle } from '#renderer/ui/Button.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault } from '#renderer/ui/toasts.ts';
import type { InstrumentId } from '#shared/units/ids.ts';
import { type ColumnSet, positionColumns } from './columns.tsx';
import { GreeksDialog } from './GreeksDialog.tsx';
import { GROUPINGS } from './groupings.ts';
import { isStale, onPositions, type PositionRow, rowsOf, staleCount } from './position-rows.ts';
import { positionsSummary } from './summary.ts';
import { ticketLineOn } from './ticket-line.ts';

const keyOf = (row: PositionRow): string => row.identity.key;
const searchText = ({ identity }: PositionRow): string =>
  `${identity.name} ${identity.underlying} ${identity.kind} ${identity.venue} ${identity.account} ${identity.strike ?? ''} ${identity.right ?? ''}`;

/** Venues that do not answer, as one text so that a render is only asked for when it changes. */
function downVenues(terminal: Terminal): string {
  const down = terminal.status?.venues.filter(({ status }) => status === 'down') ?? [];
  return down.map(({ venue }) => venue).join(' ');
}

/** Rows a command acts on: the selection, else the row under the cursor. */
function chosenRows(): readonly string[] {
  const { selection, focusedRow } = useWorkbench.getState();
  if (selection.size > 0) return [...selection];
  return focusedRow === null ? [] : [focusedRow];
}

/** The option under the cursor; null on anything else. */
function focusedInstrument(): InstrumentId | null {
  const { focusedRow } = useWorkbench.getState();
  const row = useTerminal.getState().directory.rows.find(({ key }) => key === focusedRow);
  return row?.kind === 'option' ? row.instrument : null;
}

async function stageClose(gesture: Gesture): Promise<void> {
  const rows = chosenRows();
  if (rows.length === 0) return;
  const answer = await call('positions.stage-close', { rows: rows.slice(0, 50), gesture });
  if (!answer.ok) showFault('The close was not staged', answer.error);
}

/** Writes a ticket on the chosen rows and opens it. */
function openTicket(side: 'buy' | 'sell', gesture: Gesture): void {
  const chosen = new Set(chosenRows());
  const { rows } = useTerminal.getState().directory;
  const ticketLine = ticketLineOn(
    rows.filter(({ key }) => chosen.has(key)),
    side,
  );
  if (ticketLine === '') return;
  useWorkbench.setState({ ticketLine });
  runCommand('go.ticket', gesture);
}

function panelState(connected: boolean, rows: number, directory: number, risk: PanelState): PanelState {
  if (rows > 0) return risk.kind === 'stale' ? risk : READY;
  if (!connected || directory === 0) return { kind: 'loading', what: 'Waiting for the book' };
  return {
    kind: 'empty',
    sentence: 'The book holds no position yet.',
    action: {
      label: 'Open the ticket',
      run: () => runCommand('go.ticket', paletteGesture('empty positions')),
      command: 'go.ticket',
    },
  };
}

function Remark({ rows }: { readonly rows: readonly PositionRow[] }) {
  const stale = useTerminalAt(() => staleCount(rows), 1_000);
  if (stale === 0) return <span>{counted(rows.length, 'row')}</span>;
  return (
    <span>
      {counted(rows.length, 'row')} · <SeverityMark severity="watch">{stale} stale</SeverityMark>
    </span>
  );
}

export function PositionsPanel() {
  const directory = useTerminal((terminal) => terminal.directory);
  const connected = useTerminal((terminal) => terminal.connected);
  const selection = useWorkbench((workbench) => workbench.selection);
  const [groupingId, setGroupingId] = useState('expiry');
  const rows = useMemo(() => rowsOf(directory), [directory]);
  const grouping = GROUPINGS.find(({ id }) => id === groupingId) ?? GROUPINGS[0];
  const down = useTerminal(downVenues);
  const risk = useRiskState('The book', 1_000);
  const [set, setSet] = useState<ColumnSet>('usual');
  const [asked, setAsked] = useState<InstrumentId | null>(null);
  useVenuesWatched(set === 'greeks');
  useKeptFocus('positions', set);
  const columns = useMemo(() => positionColumns(groupingId === 'expiry', set), [groupingId, set]);
  const nextSet = (): void => setSet(set === 'usual' ? 'greeks' : 'usual');
  useCommand('positions.columns', nextSet, 'positions');
  useCommand('positions.greeks', () => setAsked(focusedInstrument()), 'positions');
  useCommand('positions.close', (gesture) => void stageClose(gesture), 'positions');
  useCommand('ticket.buy', (gesture) => openTicket('buy', gesture), 'positions');
  useCommand('ticket.sell', (gesture) => openTicket('sell', gesture), 'positions');

  return (
    <Panel
      id="positions"
      title="Positions"
      currency="USD"
      scope={grouping?.title}
      remark={<Remark rows={rows} key={directory.directory} />}
      state={panelState(connected, rows.length, directory.directory, risk.state)}
      actions={
        <>
          <Toggle look="quiet" command="positions.columns" pressed={set === 'greeks'} onChange={nextSet}>
            Venue Greeks
          </Toggle>
          <Menu
            trigger={<Button look="quiet">Group</Button>}
            items={GROUPINGS.map(({ id, title }) => ({
              label: title,
              chosen: id === groupingId,
              run: () => setGroupingId(id),
            }))}
          />
        </>
      }
    >
      <StreamGrid
        // Cells are written by their place: other columns are another grid.
        key={set}
        panel="positions"
        label="Positions"
        rows={rows}
        keyOf={keyOf}
        columns={columns}
        groupings={grouping?.levels ?? []}
        searchText={searchText}
        subscribe={onPositions}
        isStale={isStale}
        markOf={(row) => (down.split(' ').includes(row.identity.venue) ? 'down' : undefined)}
        selection={selection}
        onSelection={(next) => useWorkbench.setState({ selection: next })}
        onCursorRow={(row) => useWorkbench.setState({ focusedRow: row === null ? null : keyOf(row) })}
        onActivate={() => runCommand('go.ticket', paletteGesture('positions row'))}
        summary={positionsSummary}
      />
      {asked === null ? null : <GreeksDialog instrument={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}
