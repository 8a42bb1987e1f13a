import { createContext, useCallback } from 'react';
import { create } from 'zustand';

/** Parts of a tab strip that the selected panel fills: after the tabs, and at the right end. */
export type SlotPart = 'lead' | 'tail';

interface PanelSlots {
  readonly elements: ReadonlyMap<string, HTMLElement>;
}

export const usePanelSlots = create<PanelSlots>(() => ({ elements: new Map() }));

/** True inside a docked tab: the panel's header then lives in the tab strip instead of taking a line of its own. */
export const InTabset = createContext(false);

function setSlot(key: string, element: HTMLElement | null): void {
  usePanelSlots.setState((before) => {
    const elements = new Map(before.elements);
    if (element === null) elements.delete(key);
    else elements.set(key, element);
    return { elements };
  });
}

export function slotKey(panel: string, part: SlotPart): string {
  return `${panel}:${part}`;
}

export interface HeaderSlotProps {
  readonly panel: string;
  readonly part: SlotPart;
  readonly className?: string | undefined;
}

/** The place in the tab strip that {@link Panel} writes into. */
export function HeaderSlot({ panel, part, className }: HeaderSlotProps) {
  const key = slotKey(panel, part);
  const register = useCallback(
    (element: HTMLElement | null) => {
      setSlot(key, element);
      return () => setSlot(key, null);
    },
    [key],
  );
  return <div ref={register} className={className} data-panel-header={panel} />;
}
