import { type CSSProperties, useMemo, useState } from 'react';
import { counted, venueName } from '#renderer/format/names.ts';
import { call } from '#renderer/state/bridge.ts';
import { type Gesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useCommand } from '#renderer/state/commands/registry.ts';
import { everySecond } from '#renderer/state/every-second.ts';
import { lookAtVenues, useVenues, useVenuesWatched, vitalsOf } from '#renderer/state/venues.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { StreamGrid } from '#renderer/ui/grid/StreamGrid.tsx';
import { Panel } from '#renderer/ui/Panel.tsx';
import { type PanelState, READY } from '#renderer/ui/panel-state.ts';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showFault, showToast } from '#renderer/ui/toasts.ts';
import type { VenueAct } from '#shared/ipc/venues.ts';
import type { Fault } from '#shared/units/result.ts';
import { VENUE_COLUMNS, type VenueRow } from './columns.tsx';
import { VenueDetail } from './VenueDetail.tsx';
import style from './Venues.module.css';

const PANEL = 'venues';
const keyOf = (row: VenueRow): string => row.venue;

const DOING: Readonly<Record<VenueAct, string>> = {
  reconcile: 'reconciled',
  reconnect: 'reconnected',
  'arm-dead-man': 'dead-man switch armed',
  'disarm-dead-man': 'dead-man switch taken away',
};

async function actAt(venue: string, act: VenueAct, gesture: Gesture): Promise<void> {
  const answer = await call('venues.act', { venue, act, gesture });
  if (answer.ok) showToast('ok', `${venueName(venue)} ${DOING[act]}`, answer.value.said);
  else showFault(`${venueName(venue)} was not ${DOING[act]}`, answer.error);
  void lookAtVenues();
}

function stateOf(looked: boolean, venues: number, fault: Fault | null): PanelState {
  if (venues > 0) return READY;
  if (fault !== null && fault.code !== 'no-session') {
    return {
      kind: 'error',
      what: `The venues could not be looked at: ${fault.message}`,
      since: null,
      stillWorks: 'Trading and the book go on.',
      retry: () => void lookAtVenues(),
      details: JSON.stringify(fault, null, 2),
    };
  }
  if (!looked) return { kind: 'loading', what: 'Asking how the venues are' };
  return { kind: 'empty', sentence: 'This session trades at no venue.' };
}

function ConfirmReconnect({ venue, onClose }: { readonly venue: string; readonly onClose: () => void }) {
  const name = venueName(venue);
  const stay = vitalsOf(venue)?.deadMan !== 'armed';
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={`Connect ${name} anew?`}
      foot={
        <>
          <Button onClick={onClose}>Keep the connection</Button>
          <Button
            look="primary"
            onClick={(event) => {
              void actAt(venue, 'reconnect', pointerGesture(event, 'reconnect venue'));
              onClose();
            }}
          >
            Reconnect
          </Button>
        </>
      }
    >
      <p>
        The keys are disarmed, what waits for an answer is UNKNOWN until {name} says what became of it, and nothing is
        sent there before it has reported everything.{' '}
        {stay ? 'Working orders stay.' : 'Its dead-man switch is armed: working orders go, protective stops as well.'}
      </p>
    </Dialog>
  );
}

/** Every venue: whether it can be relied on, how that is known, and what can be done about it. */
export function VenuesPanel() {
  useVenuesWatched();
  const looked = useVenues(({ look }) => look !== null);
  const fault = useVenues((venues) => venues.fault);
  const names = useVenues(({ look }) => (look?.venues ?? []).map((one) => one.venue).join(' '));
  const rows = useMemo(
    () => names.split(' ').flatMap((venue): VenueRow[] => (venue === '' ? [] : [{ venue }])),
    [names],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [reconnecting, setReconnecting] = useState<string | null>(null);
  const [opened, setOpened] = useState(0);
  const venue = rows.find((row) => row.venue === chosen)?.venue ?? rows[0]?.venue ?? null;
  const vitals = useVenues(({ look }) => look?.venues.find((one) => one.venue === venue) ?? null);
  const amiss = useVenues(({ look }) => look?.venues.filter((one) => one.status !== 'live').length ?? 0);

  const onChosen = (act: (venue: string) => void): void => {
    if (venue !== null) act(venue);
  };
  const turnDeadMan = (gesture: Gesture): void =>
    onChosen((one) => void actAt(one, vitals?.deadMan === 'armed' ? 'disarm-dead-man' : 'arm-dead-man', gesture));
  const reconcile = (gesture: Gesture): void => onChosen((one) => void actAt(one, 'reconcile', gesture));
  useCommand('venue.reconcile', reconcile, PANEL);
  useCommand('venue.reconnect', () => onChosen(setReconnecting), PANEL);
  useCommand('venue.dead-man', turnDeadMan, PANEL);

  return (
    <Panel
      id={PANEL}
      title="Venues"
      scope="since the session was opened"
      state={stateOf(looked, rows.length, fault)}
      remark={
        amiss === 0 ? (
          <span>{counted(rows.length, 'venue')}</span>
        ) : (
          <SeverityMark severity="watch">
            {amiss} of {counted(rows.length, 'venue')} not live
          </SeverityMark>
        )
      }
    >
      <div className={style.split}>
        <div className={style.list} style={{ '--lines': rows.length + 1 } as CSSProperties}>
          <StreamGrid
            panel={PANEL}
            label="Venues"
            rows={rows}
            keyOf={keyOf}
            columns={VENUE_COLUMNS}
            searchText={keyOf}
            subscribe={everySecond}
            selection={selection}
            onSelection={setSelection}
            onCursorRow={(row) => setChosen(row?.venue ?? null)}
            onActivate={() => setOpened((times) => times + 1)}
          />
        </div>
        {vitals === null ? null : (
          <VenueDetail
            key={vitals.venue}
            vitals={vitals}
            opened={opened}
            onReconcile={reconcile}
            onReconnect={() => setReconnecting(vitals.venue)}
            onDeadMan={turnDeadMan}
          />
        )}
      </div>
      {reconnecting === null ? null : <ConfirmReconnect venue={reconnecting} onClose={() => setReconnecting(null)} />}
    </Panel>
  );
}
