import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { closeDialog } from '#renderer/state/shell.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showToast } from '#renderer/ui/toasts.ts';
import type { ChannelTest } from '#shared/ipc/alerts.ts';
import type { AlertsDraft, ChannelDraft } from './alerts-draft.ts';
import { ChannelEditor, newChannel } from './ChannelEditor.tsx';
import style from './Settings.module.css';
import { Thresholds } from './Thresholds.tsx';
import { useAlerts } from './useAlerts.ts';

const LEAST = [
  { value: 'watch', text: 'Watch and critical', title: 'Everything but notes leaves the window' },
  { value: 'critical', text: 'Critical only', title: 'Only what is critical leaves the window' },
] as const;
const KINDS = ['webhook', 'ntfy', 'telegram'] as const;
const MOST_CHANNELS = 10;

interface PartProps {
  readonly draft: AlertsDraft;
  readonly errorOf: (field: string) => string | null;
  readonly set: (field: string, change: Partial<AlertsDraft>) => void;
}

function WhatGoesOut({ draft, errorOf, set }: PartProps) {
  return (
    <section className={style.part} aria-label="What goes out">
      <h3 className={style.heading}>What goes out</h3>
      <Segments
        label="Least severity"
        value={draft.least}
        options={LEAST}
        onChoose={(least) => set('least', { least })}
      />
      <div className={style.fields}>
        <Field
          label="Not the same again within"
          unit="s"
          inputMode="decimal"
          value={draft.repeatSeconds}
          error={errorOf('repeatMs')}
          onChange={(repeatSeconds) => set('repeatMs', { repeatSeconds })}
        />
        <Field
          label="Quiet from"
          unit="UTC hour, empty: never"
          inputMode="decimal"
          value={draft.quietFrom}
          error={errorOf('quietHours.from')}
          onChange={(quietFrom) => set('quietHours.from', { quietFrom })}
        />
        <Field
          label="Quiet to"
          unit="UTC hour"
          inputMode="decimal"
          value={draft.quietTo}
          error={errorOf('quietHours.to')}
          onChange={(quietTo) => set('quietHours.to', { quietTo })}
        />
      </div>
    </section>
  );
}

function Channels({ draft, errorOf, set }: PartProps) {
  const { channels } = draft;
  const name = (kind: string) => `${kind} ${channels.length + 1}`;
  const replaced = (at: number, channel: ChannelDraft) => channels.map((one, i) => (i === at ? channel : one));
  return (
    <section className={style.part} aria-label="Channels">
      <h3 className={style.heading}>Channels</h3>
      <div className={style.own}>
        {(['desktop', 'sound'] as const).map((own) => (
          <label key={own} className={style.check}>
            <input
              type="checkbox"
              checked={draft[own]}
              onChange={(event) => set(own, { [own]: event.currentTarget.checked })}
            />
            {own === 'desktop' ? 'Desktop notification' : 'Sound'}
          </label>
        ))}
        {KINDS.map((kind) => (
          <Button
            key={kind}
            disabled={channels.length >= MOST_CHANNELS}
            onClick={() => set(`add ${channels.length}`, { channels: [...channels, newChannel(kind, name(kind))] })}
          >
            Add {kind === 'telegram' ? 'Telegram' : kind}
          </Button>
        ))}
      </div>
      {channels.map((channel, at) => (
        <ChannelEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its place in the file; its name is being typed
          key={at}
          channel={channel}
          errorOf={(field) => errorOf(`channels.${at}.${field}`)}
          onChange={(field, next) => set(`channels.${at}.${field}`, { channels: replaced(at, next) })}
          onRemove={() => set(`remove ${channels.length}`, { channels: channels.filter((_, i) => i !== at) })}
        />
      ))}
    </section>
  );
}

function Tests({ tests }: { readonly tests: readonly ChannelTest[] }) {
  return (
    <ul role="status" aria-label="What came of the test">
      {tests.map(({ channel, problem }) => (
        <li key={channel}>
          <SeverityMark severity={problem === null ? 'ok' : 'critical'}>
            {problem ?? `${channel} took the test`}
          </SeverityMark>
        </li>
      ))}
    </ul>
  );
}

/** alerts.json and the margin thresholds as a form: the same files that the command line reads. */
export function AlertsDialog() {
  const alerts = useAlerts();
  const { view, draft, fault, busy, isOther, set } = alerts;
  const wrong = fault?.message ?? view?.problem ?? null;
  const errorOf = (field: string): string | null =>
    fault !== null && fault.details?.field === field ? `expected ${String(fault.details.expected)}` : null;
  return (
    <Dialog
      open
      onClose={closeDialog}
      width="wide"
      title="Settings: alerts"
      description={`What leaves the window, and how. ${view === null ? '' : `Kept in ${view.file}.`}`}
      foot={
        <>
          <Button
            disabled={busy || draft === null || isOther}
            onClick={(event) => void alerts.test(pointerGesture(event, 'test alerts'))}
            title="Goes over what is saved"
          >
            Send a test
          </Button>
          <span className={style.foot} />
          <Button disabled={alerts.undo === null} onClick={() => alerts.undo?.()}>
            Undo
          </Button>
          <Button onClick={closeDialog}>Close</Button>
          <Button
            look="primary"
            disabled={busy || !isOther}
            onClick={async (event) => {
              if (await alerts.save(pointerGesture(event, 'save alerts'))) showToast('ok', 'The alerts are saved');
            }}
          >
            Save
          </Button>
        </>
      }
    >
      <div className={style.body}>
        {wrong === null ? null : (
          <p className={style.wrong} role="alert">
            {wrong}
          </p>
        )}
        {draft === null || view === null ? (
          <p role="status">{fault === null ? 'Reading the file …' : 'Nothing was read.'}</p>
        ) : (
          <>
            {view.tests === null ? null : <Tests tests={view.tests} />}
            <Channels draft={draft} errorOf={errorOf} set={set} />
            <WhatGoesOut draft={draft} errorOf={errorOf} set={set} />
            <section className={style.part} aria-label="Margin thresholds">
              <h3 className={style.heading}>Margin thresholds</h3>
              <Thresholds
                draft={draft.thresholds}
                history={view.history}
                busy={busy}
                errorOf={errorOf}
                onChange={(field, thresholds) => set(field, { thresholds })}
                onHistory={() => void alerts.history()}
              />
            </section>
          </>
        )}
      </div>
    </Dialog>
  );
}
