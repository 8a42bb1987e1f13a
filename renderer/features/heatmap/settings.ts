import type { Greek } from './matrix.ts';
import {
  DEFAULT_RANGE,
  dayQuestion,
  LAST_DAY,
  RANGES,
  rangeAt,
  type ScenarioQuestion,
  scenarioQuestion,
  timeDays,
} from './ranges.ts';

export type MapView = 'vol' | 'strikes' | 'time';
/** book: as it is; whatIf: with the ticket; difference: what the ticket changes; both: book and what-if side by side. */
export type Compare = 'both' | 'whatIf' | 'difference' | 'book';

export const VIEWS: readonly { readonly view: MapView; readonly title: string }[] = [
  { view: 'vol', title: 'spot × vol' },
  { view: 'strikes', title: 'strike × expiry' },
  { view: 'time', title: 'spot × time' },
];

export const COMPARES: readonly { readonly compare: Compare; readonly title: string }[] = [
  { compare: 'both', title: 'Side by side' },
  { compare: 'difference', title: 'Difference' },
  { compare: 'whatIf', title: 'What-if' },
  { compare: 'book', title: 'Book' },
];

/** What the map is set to show. */
export interface MapSettings {
  readonly view: MapView;
  readonly greek: Greek;
  /** Index into RANGES. */
  readonly range: number;
  readonly days: number;
  readonly compare: Compare;
  /** The ticket's line when what-if is on; null when it is off. */
  readonly line: string | null;
}

export const FIRST_SETTINGS: Omit<MapSettings, 'line'> = {
  view: 'vol',
  greek: 'delta',
  range: DEFAULT_RANGE,
  days: 0,
  compare: 'both',
};

/** What has to be asked of main; empty where the risk report itself carries the map. */
export function mapQuestions(underlying: string, settings: MapSettings): readonly ScenarioQuestion[] {
  const range = rangeAt(settings.range);
  const line = settings.line === null || settings.line.trim() === '' ? null : settings.line;
  if (settings.view === 'strikes') return [];
  if (settings.view === 'time') {
    return timeDays(settings.days).map((days) => dayQuestion(underlying, range, days, line));
  }
  if (settings.range === DEFAULT_RANGE && settings.days === 0 && line === null) return [];
  return [scenarioQuestion(underlying, range, settings.days, line)];
}

type Shown = Omit<MapSettings, 'line'>;

export function widen(settings: Shown, by: number): Shown {
  return { ...settings, range: Math.min(Math.max(settings.range + by, 0), RANGES.length - 1) };
}

export function forward(settings: Shown, by: number): Shown {
  return { ...settings, days: Math.min(Math.max(settings.days + by, 0), LAST_DAY) };
}

export function nextView(settings: Shown): Shown {
  const at = VIEWS.findIndex((one) => one.view === settings.view);
  return { ...settings, view: VIEWS[(at + 1) % VIEWS.length]?.view ?? 'vol' };
}

/** "spot × vol · T+3 d · ±25 %": the panel's scope. */
export function scopeOf(settings: Shown): string {
  const title = VIEWS.find((one) => one.view === settings.view)?.title ?? '';
  if (settings.view === 'strikes') return title;
  const range = `±${Math.round(rangeAt(settings.range).spot * 100)}%`;
  return settings.view === 'vol'
    ? `${title} · T+${settings.days} · ${range}`
    : `${title} · from T+${settings.days} · ${range}`;
}
