/** What a key does in the ticket's line. */
export type LineKey =
  | { readonly does: 'recall'; readonly by: -1 | 1 }
  | { readonly does: 'step'; readonly steps: number }
  | { readonly does: 'unit' }
  /** Keeps the line one line. */
  | { readonly does: 'nothing' };

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>;

const BIG_STEP = 10;

/**
 * Up and Down step the price (or the quantity), Shift by ten; with Ctrl they bring lines staged before; Alt+U writes the
 * price in its next unit. Null: the key is the text field's.
 */
export function lineKey(press: Press): LineKey | null {
  if (press.isComposing) return null;
  if (press.key === 'ArrowUp' || press.key === 'ArrowDown') return vertical(press, press.key === 'ArrowUp' ? 1 : -1);
  if (press.altKey) return press.code === 'KeyU' && !press.ctrlKey ? { does: 'unit' } : null;
  return press.key === 'Enter' && !press.ctrlKey && !press.metaKey ? { does: 'nothing' } : null;
}

function vertical(press: Press, up: 1 | -1): LineKey | null {
  if (press.altKey || press.metaKey) return null;
  if (press.ctrlKey) return { does: 'recall', by: up === 1 ? -1 : 1 };
  return { does: 'step', steps: up * (press.shiftKey ? BIG_STEP : 1) };
}
