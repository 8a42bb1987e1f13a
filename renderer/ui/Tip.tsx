import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './Kbd.tsx';
import style from './Tip.module.css';

export interface TipProps {
  readonly text: ReactNode;
  readonly keys?: string;
  /** The focusable element that the tip explains. */
  readonly children: ReactElement<Record<string, unknown>>;
}

/** Explains a control on hover and on focus, with its key. Never the only place where something is said. */
export function Tip({ text, keys, children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} delay={500} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={style.positioner}>
          <Tooltip.Popup className={style.tip}>
            {text}
            {keys === undefined ? null : <Kbd keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
