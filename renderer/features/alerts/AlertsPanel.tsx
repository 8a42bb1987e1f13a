import { useMemo, useState } from 'react';
import { utcTimeMs } from '#renderer/format/time.ts';
import { paletteGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { openDialog } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button, Toggle } from '#renderer/ui/Button.tsx';
import type { GridColumn } from '#renderer/ui/grid/columns.ts';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { LogLine } from '#shared/ipc/frames.ts';

/** A line and its place in the log, which makes it unique. */
interface NumberedLine {
  readonly number: number;
  readonly line: LogLine;
}

const WORDS = { note: 'Note', watch: 'Watch', critical: 'Critical' } as const;
const RANKS = { critical: 2, watch: 1, note: 0 } as const;

const COLUMNS: readonly GridColumn<NumberedLine>[] = [
  {
    id: 'at',
    title: 'Time (UTC)',
    meaning: 'Engine time',
    width: 92,
    align: 'start',
    pinned: true,
    text: ({ line }) => utcTimeMs(line.at),
    raw: ({ line }) => new Date(line.at).toISOString(),
    order: ({ number }) => number,
  },
  {
    id: 'severity',
    title: 'Severity',
    meaning: 'Note, watch or critical',
    width: 84,
    align: 'start',
    text: ({ line }) => WORDS[line.severity],
    order: ({ line }) => RANKS[line.severity],
    content: ({ line }) => <SeverityMark severity={line.severity} />,
  },
  {
    id: 'text',
    title: 'What happened',
    meaning: 'One sentence with its numbers',
    width: 420,
    align: 'start',
    grow: true,
    text: ({ line }) => line.text,
  },
  {
    id: 'code',
    title: 'Code',
    meaning: 'Stable name of the event',
    width: 140,
    align: 'start',
    text: ({ line }) => line.code,
    tone: () => 'muted',
  },
];

const keyOf = ({ number, line }: NumberedLine): string => `${line.at}-${number}`;
const searchText = ({ line }: NumberedLine): string => `${line.severity} ${line.code} ${line.text}`;

function stateOf(shown: number, all: number, showAll: () => void): PanelState {
  if (shown > 0) return READY;
  if (all > 0)
    return { kind: 'empty', sentence: 'No alert is firing.', action: { label: 'Show the whole log', run: showAll } };
  return {
    kind: 'empty',
    sentence: 'Nothing to report: alerts and the log of this session appear here.',
    action: {
      label: 'Keys help',
      run: () => runCommand('help.keys', paletteGesture('empty log')),
      command: 'help.keys',
    },
  };
}

export function AlertsPanel() {
  const log = useTerminal((terminal) => terminal.log);
  const [alertsOnly, setAlertsOnly] = useState(false);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    const numbered = log.map((line, number) => ({ number, line })).reverse();
    return alertsOnly ? numbered.filter(({ line }) => line.severity !== 'note') : numbered;
  }, [log, alertsOnly]);
  const critical = useMemo(() => log.filter((line) => line.severity === 'critical').length, [log]);

  return (
    <Panel
      id="alerts"
      title="Alerts and log"
      remark={critical > 0 && <SeverityMark severity="critical">{critical} critical</SeverityMark>}
      state={stateOf(rows.length, log.length, () => setAlertsOnly(false))}
      actions={
        <>
          <Toggle look="quiet" pressed={alertsOnly} onChange={setAlertsOnly}>
            Alerts only
          </Toggle>
          <Button look="quiet" command="settings.alerts" onClick={() => openDialog('settings-alerts', 'alerts')}>
            Channels
          </Button>
        </>
      }
    >
      <StreamGrid
        panel="alerts"
        label="Alerts and log"
        rows={rows}
        keyOf={keyOf}
        columns={COLUMNS}
        searchText={searchText}
        selection={selection}
        onSelection={setSelection}
      />
    </Panel>
  );
}
