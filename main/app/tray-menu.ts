import { type MarginThresholds, severityOf } from '#shared/control/margin-monitor.ts';
import type { KeyState } from '#shared/domain/events.ts';
import type { PoolMargin } from '#shared/risk/report.ts';

/** What a click in the tray does. */
export type TrayAct = 'show' | 'disarm' | 'lock' | 'cancel-all' | 'kill' | 'rehearse' | 'alerts' | 'quit';

export type TrayEntry =
  /** `act` null: only said. */
  | { readonly kind: 'line'; readonly text: string; readonly act: TrayAct | null }
  /** What takes something away lies one step further: no single click does it. */
  | { readonly kind: 'group'; readonly text: string; readonly act: TrayAct; readonly word: string }
  | { readonly kind: 'separator' };

/** What the tray knows of the session that runs. */
export interface TraySession {
  readonly keys: KeyState;
  readonly thresholds: MarginThresholds;
  readonly pools: readonly Pick<PoolMargin, 'account' | 'currency' | 'ratio' | 'distance' | 'distanceSigmaDays'>[];
  /** Age of the figures, ms; null while there are none. */
  readonly ageMs: number | null;
}

const STALE_MS = 10_000;

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(0)} %` : 'over 100 %';
}

/** The pool that is nearest to its liquidation, in ratios and distances: no balance stands in a tray. */
export function marginHeadline({ pools, ageMs, thresholds }: TraySession): string {
  if (ageMs === null) return 'No margin figures yet';
  const old = ageMs > STALE_MS ? `; figures ${Math.round(ageMs / 1000)} s old` : '';
  const [nearest] = pools
    .filter(({ distance }) => distance !== null)
    .toSorted((a, b) => (a.distance ?? 0) - (b.distance ?? 0));
  if (nearest === undefined) return `No liquidation within reach${old}`;
  const { account, currency, distance, ratio } = nearest;
  return `Liquidation ${percent(distance ?? Number.NaN)} away: ${account} ${currency}, margin ${percent(ratio)}, ${severityOf(nearest, 'ok', thresholds)}${old}`;
}

const WINDOW = { kind: 'line', text: 'Show Keel', act: 'show' } as const;
const DISARM = { kind: 'line', text: 'Disarm: keys SAFE', act: 'disarm' } as const;
const LOCK = { kind: 'line', text: 'Lock keys', act: 'lock' } as const;
const QUIT = { kind: 'line', text: 'Quit', act: 'quit' } as const;
const SEPARATOR = { kind: 'separator' } as const;

/** The tray's menu: how things stand, the ways out of trouble, the window. Nothing in it arms, stages or sends. */
export function trayMenu(session: TraySession | null): readonly TrayEntry[] {
  if (session === null) return [{ kind: 'line', text: 'No session', act: null }, SEPARATOR, WINDOW, SEPARATOR, QUIT];
  return [
    { kind: 'line', text: marginHeadline(session), act: null },
    { kind: 'line', text: `Keys ${session.keys}`, act: null },
    SEPARATOR,
    ...(session.keys === 'ARMED' ? [DISARM] : []),
    ...(session.keys === 'LOCKED' ? [] : [LOCK]),
    { kind: 'group', text: 'Cancel all', act: 'cancel-all', word: 'Cancel all, keeping protective stops' },
    { kind: 'group', text: 'Kill switch', act: 'kill', word: 'Block new orders, cancel all, disarm' },
    { kind: 'line', text: 'Flatten…: rehearse', act: 'rehearse' },
    SEPARATOR,
    WINDOW,
    { kind: 'line', text: 'Settings: alerts', act: 'alerts' },
    SEPARATOR,
    QUIT,
  ];
}
