import { z } from 'zod';
import type { DatedAlert } from '#shared/control/alert-history.ts';
import type { AlertsForm } from './alerts-file.ts';
import { thresholds } from './control-policy-file.ts';
import { gesture, underlying } from './schemas.ts';

/** Look; write alerts.json, as its form has it; send a test over what is written; what thresholds would have fired. */
export const alertsInput = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('look') }),
  z.strictObject({ act: z.literal('save'), text: z.string().max(50_000), gesture }),
  z.strictObject({ act: z.literal('test'), gesture }),
  z.strictObject({ act: z.literal('history'), underlying, thresholds }),
]);
export type AlertsInput = z.output<typeof alertsInput>;

/** How a channel took a test; null: it did. */
export interface ChannelTest {
  readonly channel: string;
  readonly problem: string | null;
}

/** What the book as it is would have given alerts for, had it gone through the last day's prices. */
export interface FiredHistory {
  readonly hours: number;
  readonly bars: number;
  readonly fired: readonly DatedAlert[];
}

export interface AlertsView {
  readonly file: string;
  readonly form: AlertsForm;
  /** Why the file cannot be meant: the form then has the defaults, and saving replaces it. */
  readonly problem: string | null;
  readonly tests: readonly ChannelTest[] | null;
  readonly history: FiredHistory | null;
}
