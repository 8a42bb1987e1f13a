import { create } from 'zustand';
import { call } from './bridge.ts';

export type Theme = 'dark' | 'light';
export type Density = 'compact' | 'standard' | 'comfortable';

export interface Appearance {
  readonly theme: Theme;
  readonly density: Density;
}

const DENSITIES: readonly Density[] = ['compact', 'standard', 'comfortable'];
export interface GridMetrics {
  readonly rowHeight: number;
  readonly fontPx: number;
  readonly cellPad: number;
  /** Columns are laid out for the compact density and grow with it. */
  readonly scale: number;
}

/** As --row, --text-datum and --cell-pad in tokens.css. */
const GRID_METRICS: Readonly<Record<Density, GridMetrics>> = {
  compact: { rowHeight: 24, fontPx: 12, cellPad: 5, scale: 1 },
  standard: { rowHeight: 28, fontPx: 12, cellPad: 8, scale: 1.06 },
  comfortable: { rowHeight: 34, fontPx: 13, cellPad: 10, scale: 1.2 },
};
const SETTING = 'appearance';

const useAppearance = create<Appearance>(() => ({ theme: 'dark', density: 'compact' }));

export function useGridMetrics(): GridMetrics {
  return useAppearance(({ density }) => GRID_METRICS[density]);
}

function apply({ theme, density }: Appearance): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = density;
}

function parse(text: string): Partial<Appearance> {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return {};
    const theme = 'theme' in read && (read.theme === 'dark' || read.theme === 'light') ? read.theme : undefined;
    const density = 'density' in read ? DENSITIES.find((one) => one === read.density) : undefined;
    return { ...(theme ? { theme } : {}), ...(density ? { density } : {}) };
  } catch {
    // A setting that is no JSON is as good as none.
    return {};
  }
}

/** Takes over the saved appearance, and keeps the document and the setting in step from now on. */
export async function startAppearance(): Promise<void> {
  apply(useAppearance.getState());
  const answer = await call('settings.load', { name: SETTING });
  if (answer.ok && answer.value !== null) useAppearance.setState(parse(answer.value));
  apply(useAppearance.getState());
  useAppearance.subscribe((now) => {
    apply(now);
    void call('settings.save', { name: SETTING, value: JSON.stringify(now) });
  });
}

export function toggleTheme(): void {
  useAppearance.setState(({ theme }) => ({ theme: theme === 'dark' ? 'light' : 'dark' }));
}

export function nextDensity(): void {
  useAppearance.setState(({ density }) => ({
    density: DENSITIES[(DENSITIES.indexOf(density) + 1) % DENSITIES.length] ?? 'compact',
  }));
}
