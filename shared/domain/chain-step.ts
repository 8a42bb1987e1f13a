import type { Decimal, Price, Quantity } from '#shared/units/decimal.ts';
import type { AccountId, Currency, VenueId } from '#shared/units/ids.ts';
import type { Fault } from '#shared/units/result.ts';
import type { EpochMs } from '#shared/units/time.ts';
import type { Controller } from './automation.ts';
import type { Transaction, TransactionState } from './transaction.ts';

/** Tokens of a range, in whole ones. */
export interface TokenPair {
  readonly base: Quantity;
  readonly quote: Quantity;
}

/** One token in a lending market. "all": interest of the last second included. */
export interface LoanStepOnChain {
  readonly kind: 'loan';
  readonly venue: VenueId;
  readonly action: 'supply' | 'withdraw' | 'borrow' | 'repay';
  readonly token: Currency;
  readonly quantity: Quantity | 'all';
}

/** How collateral counts: a token's use as collateral, or the e-mode category (0: none). */
export type LoanTermsStep =
  | {
      readonly kind: 'loan-terms';
      readonly venue: VenueId;
      readonly action: 'use-as-collateral';
      readonly token: Currency;
      readonly use: boolean;
    }
  | { readonly kind: 'loan-terms'; readonly venue: VenueId; readonly action: 'emode'; readonly category: number };

/** A range of a pool, and a swap in it. `least`: fewer tokens and the transaction reverts. */
export type RangeStepOnChain =
  | {
      readonly kind: 'range';
      readonly venue: VenueId;
      readonly action: 'mint';
      readonly pool: string;
      /** Of the base token in quote tokens; moved to the pool's next ticks. */
      readonly lower: Price;
      readonly upper: Price;
      readonly most: TokenPair;
      readonly least: TokenPair;
    }
  | {
      readonly kind: 'range';
      readonly venue: VenueId;
      readonly action: 'increase';
      readonly position: string;
      readonly most: TokenPair;
      readonly least: TokenPair;
    }
  | {
      readonly kind: 'range';
      readonly venue: VenueId;
      readonly action: 'decrease';
      readonly position: string;
      /** Share of the liquidity, above 0 and at most 1. */
      readonly share: Decimal;
      readonly least: TokenPair;
    }
  | { readonly kind: 'range'; readonly venue: VenueId; readonly action: 'collect' | 'burn'; readonly position: string }
  | {
      readonly kind: 'range';
      readonly venue: VenueId;
      readonly action: 'swap';
      readonly pool: string;
      readonly sell: 'base' | 'quote';
      readonly quantity: Quantity;
      /** Of the other token. */
      readonly least: Quantity;
    };

/** A perpetual on a chain, and the cash behind it. */
export type PerpStepOnChain =
  | {
      readonly kind: 'perp';
      readonly venue: VenueId;
      readonly action: 'deposit' | 'withdraw';
      readonly quantity: Quantity;
    }
  | {
      readonly kind: 'perp';
      readonly venue: VenueId;
      readonly action: 'open' | 'close';
      readonly market: string;
      /** Signed coins; closing takes its sign from what is held. */
      readonly quantity: Quantity;
      /** Worst average price that is accepted. */
      readonly limit: Price;
    };

/** Something that an account may do at a protocol; one transaction, or two where a token has to be released first. */
export type ChainStep = LoanStepOnChain | LoanTermsStep | RangeStepOnChain | PerpStepOnChain;

/** Gas of a step at the price of now. */
export interface GasEstimate {
  readonly units: number;
  /** In the chain's own coin. */
  readonly coins: Decimal;
  /** Null where nothing here knows what the coin is worth. */
  readonly usd: number | null;
}

/** What a step would do if it were taken in the block after `block`; nothing is sent. */
export interface StepPreview {
  readonly step: ChainStep;
  readonly chain: string;
  readonly block: number;
  readonly asOf: EpochMs;
  /** USD that move. */
  readonly valueUsd: number;
  /** Null where the contract would refuse before it can be told. */
  readonly gas: GasEstimate | null;
  /** Health factor of the account, where it has one; null: infinite, without debt. */
  readonly health: { readonly before: number | null; readonly after: number | null } | null;
  /** Share of its value that a trade loses against the price of now; null for what trades nothing. */
  readonly slippage: number | null;
  /** What the account would receive, by token; negative: it pays. */
  readonly changes: ReadonlyMap<Currency, Quantity>;
  readonly warnings: readonly string[];
  /** Why the contract would refuse; null: it would not. */
  readonly refusal: Fault | null;
}

/** Whether a step takes risk off or brings collateral in: allowed while only reductions are. */
export function reducesRisk(step: ChainStep): boolean {
  if (step.kind === 'loan') return step.action === 'supply' || step.action === 'repay';
  if (step.kind === 'range') return ['decrease', 'collect', 'burn'].includes(step.action);
  if (step.kind === 'perp') return step.action === 'deposit' || step.action === 'close';
  return step.action === 'use-as-collateral' && step.use;
}

/** A step ready to be judged and taken: what the contract says of it, and what of its address is not settled yet. */
export interface PlannedStep {
  readonly account: AccountId;
  readonly preview: Omit<StepPreview, 'changes'>;
  /** Transactions of the same address, lowest nonce first. */
  readonly open: readonly Transaction[];
  /** It goes on with what an earlier step began: half of it is worse than all or nothing. */
  readonly continues: boolean;
}

/** One transaction of a step. */
export interface StepLeg {
  /** "approve 1.5 WETH for the pool", "supply 1.5 WETH at aave". */
  readonly about: string;
  readonly state: TransactionState;
  /** Of the attempt that decided; null: it never left. */
  readonly hash: string | null;
  readonly reason: Fault | null;
}

/**
 * denied: by our gate. done: each transaction is confirmed. failed: one was refused or reverted, and none after it was
 * sent. unknown: one may still happen; nothing else leaves its address until the chain has told.
 */
export type StepState = 'denied' | 'sent' | 'done' | 'failed' | 'unknown';

/** A step that was asked for, as it stands. */
export interface TakenStep {
  readonly id: string;
  readonly account: AccountId;
  readonly origin: Controller | 'trader';
  readonly step: ChainStep;
  readonly chain: string;
  readonly valueUsd: number;
  /** As estimated when it was judged; null where it could not be. */
  readonly gasUsd: number | null;
  readonly state: StepState;
  readonly legs: readonly StepLeg[];
  /** Why it was denied, failed or is unknown. */
  readonly reason: Fault | null;
}
