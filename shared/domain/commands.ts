import type { AccountId, ClientOrderId } from '#shared/units/ids.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { AutomationRule } from './automation.ts';
import type { ChainStep } from './chain-step.ts';
import type { OrderOrigin, OrderRequest } from './order.ts';
import type { TransferRequest } from './transfer.ts';

/** Limits that arming sets for itself; the gate refuses what would exceed them. */
export interface ArmBudget {
  readonly perOrderUsd: number;
  readonly sessionUsd: number;
  readonly ordersPerMinute: number;
}

/** Something the trader decided. Journalled before it acts. */
export type Command =
  | {
      readonly type: 'submit';
      readonly group: string;
      readonly origin: OrderOrigin;
      readonly orders: readonly OrderRequest[];
      readonly cause: Cause;
    }
  | { readonly type: 'cancel'; readonly order: ClientOrderId; readonly cause: Cause }
  | { readonly type: 'cancel-all'; readonly includeProtective: boolean; readonly cause: Cause }
  | { readonly type: 'arm'; readonly accounts: readonly AccountId[]; readonly budget: ArmBudget; readonly cause: Cause }
  | { readonly type: 'disarm'; readonly cause: Cause }
  | { readonly type: 'lock'; readonly cause: Cause }
  | { readonly type: 'unlock'; readonly cause: Cause }
  | { readonly type: 'kill'; readonly cause: Cause }
  | { readonly type: 'resume'; readonly cause: Cause }
  | { readonly type: 'transfer'; readonly transfer: TransferRequest; readonly cause: Cause }
  /** Main asked once more before it would send this, and the trader said no. */
  | {
      readonly type: 'refuse';
      readonly orders: readonly OrderRequest[];
      readonly transfers: readonly TransferRequest[];
      readonly cause: Cause;
    }
  | { readonly type: 'take-step'; readonly step: ChainStep; readonly cause: Cause }
  | { readonly type: 'automate'; readonly rule: AutomationRule; readonly cause: Cause };

/** How a command came about: the key or click, and when it was pressed. */
export interface Cause {
  readonly by: 'key' | 'pointer' | 'palette' | 'cli' | 'engine';
  /** Chord such as "Ctrl+Enter", or the control's name. */
  readonly with: string;
  readonly pressedAt: EpochMs;
}
