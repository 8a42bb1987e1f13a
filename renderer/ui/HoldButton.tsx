import { type CSSProperties, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type Gesture, pointerGesture } from '#renderer/state/commands/gesture.ts';
import { useKeyFeedback } from '#renderer/state/commands/key-feedback.ts';
import { classNames } from './class-names.ts';
import style from './HoldButton.module.css';

export interface HoldButtonProps {
  /** Command that its key fires: the bar also runs while that key is held. */
  readonly command: string;
  readonly holdMs: number;
  readonly look?: 'plain' | 'kill';
  /** Held long enough. */
  readonly onHold: (gesture: Gesture) => void;
  /** A plain click or Enter: for people who cannot hold, opens the typed confirmation. */
  readonly onPress: () => void;
  /** Read out after the text: what holding does, and the other way. */
  readonly explanation: string;
  readonly children: ReactNode;
}

/** Fires only when held; a short press asks for a typed confirmation instead. */
export function HoldButton({
  command,
  holdMs,
  look = 'plain',
  onHold,
  onPress,
  explanation,
  children,
}: HoldButtonProps) {
  const [pressed, setPressed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const fired = useRef(false);
  const byKey = useKeyFeedback(({ hold }) => hold?.id === command);
  const running = pressed || byKey;

  const release = (): void => {
    clearTimeout(timer.current);
    setPressed(false);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  const press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const native = event.nativeEvent;
    fired.current = false;
    setPressed(true);
    timer.current = setTimeout(() => {
      fired.current = true;
      setPressed(false);
      onHold(pointerGesture(native, `hold ${command}`, Math.round(performance.now() - native.timeStamp)));
    }, holdMs);
  };

  return (
    <button
      type="button"
      title={explanation}
      className={classNames(style.hold, look === 'kill' && style.kill)}
      onPointerDown={press}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onClick={() => {
        if (!fired.current) onPress();
        fired.current = false;
      }}
    >
      <span
        className={classNames(style.progress, running && style.running)}
        style={{ '--hold-ms': `${holdMs}ms` } as CSSProperties}
        aria-hidden="true"
      />
      {children}
      <span className="visually-hidden">. {explanation}</span>
    </button>
  );
}
