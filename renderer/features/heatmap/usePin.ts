import { useEffect, useRef, useState } from 'react';
import type { Cell } from '#renderer/charts/heat-matrix.ts';
import { registerCommand } from '#renderer/state/commands/registry.ts';

function sameCell(a: Cell | null, b: Cell | null): boolean {
  return a?.row === b?.row && a?.column === b?.column;
}

/** True on a control that does something itself when Enter is pressed. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, select, summary, a') !== null;
}

/**
 * The pinned cell. Enter pins the cell at the crosshair and unpins it again; while a button or a choice of the panel has
 * the focus, Enter is that control's.
 */
export function usePin(at: Cell | null): {
  readonly pinned: Cell | null;
  readonly toggle: (cell: Cell | null) => void;
} {
  const [pinned, setPinned] = useState<Cell | null>(null);
  const latest = useRef(at);
  latest.current = at;
  const toggle = (cell: Cell | null): void => setPinned((now) => (sameCell(now, cell) ? null : cell));

  useEffect(() => {
    const pin = (): void => setPinned((now) => (sameCell(now, latest.current) ? null : latest.current));
    let stop: (() => void) | null = null;
    const follow = (target: EventTarget | null): void => {
      const wanted = !isControl(target);
      if (wanted && stop === null) stop = registerCommand('heatmap.pin', pin, 'risk');
      if (!wanted) {
        stop?.();
        stop = null;
      }
    };
    const moved = (event: FocusEvent): void => follow(event.target);
    follow(document.activeElement);
    document.addEventListener('focusin', moved, { capture: true });
    return () => {
      document.removeEventListener('focusin', moved, { capture: true });
      stop?.();
    };
  }, []);

  return { pinned, toggle };
}
