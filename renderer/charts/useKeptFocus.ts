import { useLayoutEffect } from 'react';

function sectionOf(panel: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`section[data-panel="${panel}"]`);
}

/**
 * Keeps the focus in a panel when what had it is replaced (a drawing by its table): single-letter keys work only while
 * their panel has focus, so the key that opened the table must be able to close it again.
 */
export function useKeptFocus(panel: string, shape: string): void {
  // Read while rendering: once the new content stands, what had the focus is gone.
  const had = sectionOf(panel)?.contains(document.activeElement) ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus moves only when the content changes its shape
  useLayoutEffect(() => {
    const section = sectionOf(panel);
    if (!had || section === null || section.contains(document.activeElement)) return;
    (section.querySelector<HTMLElement>('[data-panel-focus]') ?? section).focus({ preventScroll: true });
  }, [panel, shape]);
}
