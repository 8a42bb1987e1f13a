import { useEffect, useRef } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { onEscape } from '#renderer/state/commands/escape.ts';
import { paletteGesture } from '#renderer/state/commands/gesture.ts';
import { runCommand } from '#renderer/state/commands/registry.ts';
import { useShell } from '#renderer/state/shell.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { CommandKbd } from '#renderer/ui/Kbd.tsx';
import style from './Tour.module.css';

interface Step {
  readonly title: string;
  readonly text: string;
  /** Commands whose keys the step teaches. */
  readonly commands: readonly string[];
  /** Panel the step is about; it is marked while the step is shown. */
  readonly panel: string | null;
}

const STEPS: readonly Step[] = [
  {
    title: 'Every command is in the palette',
    text: 'It finds commands and instruments, and shows each key, so that using it teaches them.',
    commands: ['palette.open', 'help.keys'],
    panel: null,
  },
  {
    title: 'Panels by key',
    text: 'One key walks the panels; two letters go straight to one. Drag tabs to dock them; any layout change can be taken back.',
    commands: ['panel.next', 'go.positions', 'panel.maximise'],
    panel: 'positions',
  },
  {
    title: 'The scenario map',
    text: 'Profit over spot and vol by full revaluation. Arrows walk the cells, a hatch marks where an account is liquidated.',
    commands: ['go.risk', 'heatmap.wider', 'heatmap.later'],
    panel: 'risk',
  },
  {
    title: 'Stage before anything is sent',
    text: 'The hedge key stages the cheapest way back to the target, with its costs and why not the next one; two more change the share.',
    commands: ['hedge.stage', 'hedge.less', 'hedge.more', 'order.stage'],
    panel: 'hedge',
  },
  {
    title: 'Arm to commit',
    text: 'SAFE keys only stage. Hold to arm: the border says so, a budget and a clock run. The key that stages then commits.',
    commands: ['keys.arm', 'order.stage', 'keys.disarm'],
    panel: null,
  },
  {
    title: 'The kill switch',
    text: 'Hold it 1.5 s: new orders are blocked, working ones cancelled, keys disarmed. It never flattens.',
    commands: ['engine.kill'],
    panel: null,
  },
  {
    title: 'Review',
    text: 'Fills and the log say what happened and why; both copy and export. Quit whenever you like: the journal has it all.',
    commands: ['go.fills', 'go.alerts'],
    panel: 'orders',
  },
];

export const TOUR_SETTING = 'tour';

function finish(): void {
  useShell.setState({ tour: null });
  void call('settings.save', { name: TOUR_SETTING, value: 'seen' });
  runCommand('go.positions', paletteGesture('end of tour'));
}

function move(step: number): void {
  if (step >= STEPS.length) finish();
  else useShell.setState({ tour: Math.max(0, step) });
}

/** Marks the tab set of the step's panel. */
function useMarkedPanel(panel: string | null): void {
  useEffect(() => {
    if (panel === null) return;
    const header = document.querySelector(`[data-panel-header="${panel}"]`);
    const frame = header?.closest('.flexlayout__tabset');
    frame?.setAttribute('data-tour', '');
    return () => frame?.removeAttribute('data-tour');
  }, [panel]);
}

/** Seven steps on the running book. Esc ends it; Enter goes on. It covers no figure the step is about. */
export function Tour({ at }: { readonly at: number }) {
  const step = STEPS[at];
  const next = useRef<HTMLButtonElement>(null);
  useMarkedPanel(step?.panel ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step takes the focus again
  useEffect(() => {
    next.current?.focus();
    return onEscape(() => {
      finish();
      return true;
    });
  }, [at]);
  if (step === undefined) return null;
  return (
    <aside className={style.card} aria-label={`Tour, step ${at + 1} of ${STEPS.length}`}>
      <p className={style.count}>
        {at + 1} of {STEPS.length}
      </p>
      <h2 className={style.title}>{step.title}</h2>
      <p aria-live="polite">{step.text}</p>
      <p className={style.keys}>
        {step.commands.map((command) => (
          <CommandKbd key={command} command={command} />
        ))}
      </p>
      <div className={style.actions}>
        <Button look="quiet" keys="Escape" onClick={finish}>
          End the tour
        </Button>
        <span className={style.space} />
        <Button disabled={at === 0} onClick={() => move(at - 1)}>
          Back
        </Button>
        <Button look="primary" ref={next} keys="Enter" onClick={() => move(at + 1)}>
          {at + 1 === STEPS.length ? 'Done' : 'Next'}
        </Button>
      </div>
    </aside>
  );
}
