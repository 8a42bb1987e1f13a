import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import type { Gesture } from '#renderer/state/commands/gesture.ts';
import { useWorkbench } from '#renderer/state/workbench.ts';
import type { AlertsInput, AlertsView } from '#shared/ipc/alerts.ts';
import type { Fault } from '#shared/units/result.ts';
import { type AlertsDraft, alertsText, draftOf, thresholdsIn, thresholdsOf, withThresholds } from './alerts-draft.ts';

/** The files as they are kept, and what the form makes of them. */
interface Kept {
  readonly view: AlertsView;
  /** Null without a session. */
  readonly policies: string | null;
}

export interface AlertsState {
  readonly view: AlertsView | null;
  readonly draft: AlertsDraft | null;
  readonly isOther: boolean;
  readonly fault: Fault | null;
  readonly busy: boolean;
  readonly undo: (() => void) | null;
  /** One step of undo for every field, however many letters were typed into it. */
  set(field: string, change: Partial<AlertsDraft>): void;
  save(gesture: Gesture): Promise<boolean>;
  test(gesture: Gesture): Promise<void>;
  history(): Promise<void>;
}

interface Step {
  readonly field: string;
  readonly draft: AlertsDraft;
}

function keptDraft({ view, policies }: Kept): AlertsDraft {
  return draftOf(view.form, policies === null ? null : thresholdsIn(policies));
}

/** The alerts' file and the thresholds of the session's policies, as one form over both. */
export function useAlerts(): AlertsState {
  const [kept, setKept] = useState<Kept | null>(null);
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  /** Null where main refused; the reason is shown then. */
  async function ask(alerts: AlertsInput): Promise<AlertsView | null> {
    setBusy(true);
    const answer = await call('settings.save', { alerts });
    setBusy(false);
    setFault(answer.ok ? null : answer.error);
    return answer.ok ? answer.value : null;
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when the form opens
  useEffect(() => {
    void Promise.all([ask({ act: 'look' }), call('policies.load', {})]).then(([view, policies]) => {
      if (view !== null) setKept({ view, policies: policies.ok ? policies.value.text : null });
    });
  }, []);

  const saved = kept === null ? null : keptDraft(kept);
  const draft = steps.at(-1)?.draft ?? saved;

  async function saveThresholds(wanted: AlertsDraft, gesture: Gesture): Promise<string | null> {
    const { policies } = kept ?? { policies: null };
    const same = JSON.stringify(wanted.thresholds) === JSON.stringify(saved?.thresholds);
    if (policies === null || wanted.thresholds === null || same) return policies;
    const text = withThresholds(policies, thresholdsOf(wanted.thresholds));
    const answer = await call('policies.set', { text, gesture });
    setFault(answer.ok ? null : answer.error);
    return answer.ok ? text : null;
  }

  return {
    view: kept?.view ?? null,
    draft,
    fault,
    busy,
    isOther: JSON.stringify(draft) !== JSON.stringify(saved),
    undo: steps.length === 0 ? null : () => setSteps(steps.slice(0, -1)),
    set(field, change) {
      if (draft === null) return;
      const before = steps.at(-1)?.field === field ? steps.slice(0, -1) : steps;
      setSteps([...before, { field, draft: { ...draft, ...change } }]);
    },
    async save(gesture) {
      if (kept === null || draft === null) return false;
      const policies = await saveThresholds(draft, gesture);
      if (policies === null && kept.policies !== null) return false;
      const view = await ask({ act: 'save', text: alertsText(draft), gesture });
      if (view === null) return false;
      setKept({ view, policies });
      setSteps([]);
      return true;
    },
    async test(gesture) {
      const view = await ask({ act: 'test', gesture });
      if (kept !== null && view !== null) setKept({ ...kept, view: { ...view, history: kept.view.history } });
    },
    async history() {
      if (kept === null || draft?.thresholds == null) return;
      const { underlying } = useWorkbench.getState();
      const view = await ask({ act: 'history', underlying, thresholds: thresholdsOf(draft.thresholds) });
      if (view !== null) setKept({ ...kept, view: { ...view, tests: kept.view.tests } });
    },
  };
}
