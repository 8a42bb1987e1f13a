import { useEffect, useRef } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { type ColumnWidths, clampWidth } from './columns.ts';
import type { Sorting } from './lines.ts';

/** What of a grid outlives the window. */
export interface GridSettings {
  readonly widths: ColumnWidths;
  readonly sorting: Sorting | null;
}

const SAVE_AFTER_MS = 500;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Saved settings; null when they are damaged. Widths are held to what the grid allows. */
export function parseGridSettings(text: string): GridSettings | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // A setting that is no JSON is as good as none.
    return null;
  }
  if (!isRecord(read) || !isRecord(read.widths)) return null;
  const widths = Object.entries(read.widths).flatMap(([id, width]) =>
    typeof width === 'number' && Number.isFinite(width) ? [[id, clampWidth(width)] as const] : [],
  );
  const { sorting } = read;
  const valid = isRecord(sorting) && typeof sorting.column === 'string' && typeof sorting.descending === 'boolean';
  return {
    widths: Object.fromEntries(widths),
    sorting: valid ? { column: String(sorting.column), descending: sorting.descending === true } : null,
  };
}

/** Takes over the saved widths and sorting of the grid `name` once, and saves them whenever they change. */
export function useGridSettings(name: string, now: GridSettings, take: (saved: GridSettings) => void): void {
  const setting = `grid.${name}`;
  const loaded = useRef(false);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    void call('settings.load', { name: setting }).then((answer) => {
      const saved = answer.ok && answer.value !== null ? parseGridSettings(answer.value) : null;
      if (saved !== null) latest.current(saved);
      loaded.current = true;
    });
  }, [setting]);
  const { widths, sorting } = now;
  useEffect(() => {
    if (!loaded.current) return;
    const value = JSON.stringify({ widths, sorting });
    const timer = setTimeout(() => void call('settings.save', { name: setting, value }), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [setting, widths, sorting]);
}
