import type { EpochMs } from '#shared/units/time.ts';

export interface PanelAction {
  readonly label: string;
  readonly run: () => void;
  /** Command that does the same: its key is shown on the button. */
  readonly command?: string;
}

/** What a panel has to show (ui.md 5). `ready` and `stale` show the children; the others stand in for them. */
export type PanelState =
  | { readonly kind: 'ready' }
  /** One sentence and one action. */
  | { readonly kind: 'empty'; readonly sentence: string; readonly action?: PanelAction }
  /** The panel's own skeleton with real headings may be given as children. */
  | { readonly kind: 'loading'; readonly what: string }
  | { readonly kind: 'stale'; readonly ageMs: number; readonly why: string }
  | {
      readonly kind: 'error';
      /** What failed, one sentence. */
      readonly what: string;
      readonly since: EpochMs | null;
      readonly stillWorks: string | null;
      readonly retry: (() => void) | null;
      /** Text of "Copy details". */
      readonly details: string | null;
    };

export const READY: PanelState = { kind: 'ready' };

/** Age of the oldest input behind what the panel shows. */
export interface Freshness {
  readonly ageMs: number;
  readonly stale: boolean;
}
