import { useState } from 'react';
import { counted } from '#renderer/format/names.ts';
import { paletteGesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { FILL_COLUMNS } from './columns.tsx';

const keyOf = (fill: Fill): string => `${fill.venue}|${fill.account}|${fill.trade}`;
const searchText = (fill: Fill): string => `${fill.instrument} ${fill.account} ${fill.cause} ${fill.liquidity}`;

function stateOf(connected: boolean, fills: number): PanelState {
  if (fills > 0) return READY;
  if (!connected) return { kind: 'loading', what: 'Waiting for fills' };
  return {
    kind: 'empty',
    sentence: 'Nothing has traded yet.',
    action: {
      label: 'Stage a delta hedge',
      run: () => runCommand('hedge.stage', paletteGesture('empty fills')),
      command: 'hedge.stage',
    },
  };
}

export function FillsPanel() {
  const fills = useTerminal((terminal) => terminal.fills);
  const connected = useTerminal((terminal) => terminal.connected);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  return (
    <Panel
      id="fills"
      title="Fills"
      scope="newest first"
      remark={<span>{counted(fills.length, 'fill')}</span>}
      state={stateOf(connected, fills.length)}
      actions={
        <Button look="quiet" onClick={(event) => runCommand('export.fills', pointerGesture(event, 'export fills'))}>
          CSV
        </Button>
      }
    >
      <StreamGrid
        panel="fills"
        label="Fills"
        rows={fills}
        keyOf={keyOf}
        columns={FILL_COLUMNS}
        searchText={searchText}
        selection={selection}
        onSelection={setSelection}
      />
    </Panel>
  );
}
