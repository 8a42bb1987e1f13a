import type { GroundedWish } from '#main/engine/automation.ts';
import type { ChainDesk, Followed } from '#main/session/chain-desk.ts';
import type { LoanState } from '#main/venues/aave/state.ts';
import type { RangeState } from '#main/venues/uniswap/state.ts';
import type { ChainStep } from '#shared/domain/chain-step.ts';
import { isDollar } from '#shared/risk/assemble.ts';
import type { UnderlyingId } from '#shared/units/ids.ts';

/** A wish that waits, and says for what. */
export function waiting(summary: string): GroundedWish {
  return { orders: [], transfers: [], summary, asksFirst: null };
}

export interface StepTerms {
  readonly summary: string;
  /** The step goes on with what has begun: half of it is worse than its gas. */
  readonly continues: boolean;
  /** USD; more waits for another block. */
  readonly mostGasUsd: number;
}

/** A step as a wish, with what the contract says of it; one whose gas is too dear waits. */
export async function stepWish(desk: ChainDesk, step: ChainStep, terms: StepTerms): Promise<GroundedWish> {
  const { summary, continues, mostGasUsd } = terms;
  const planned = await desk.plan(step, continues);
  const gas = planned.preview.gas?.usd ?? null;
  if (gas !== null && gas > mostGasUsd) {
    return waiting(`${summary}; it waits: gas of ${gas.toFixed(2)} USD exceeds ${mostGasUsd}`);
  }
  return { ...waiting(gas === null ? summary : `${summary}, gas ${gas.toFixed(2)} USD`), step: planned };
}

/** What the owner has in hand on the chain; null where no pool of a wallet is configured there, or nobody answers. */
export async function walletOf({ ranges }: ChainDesk): Promise<RangeState | null> {
  const [first] = ranges;
  return first === undefined ? null : first.protocol.read();
}

/** The coin that most of a loan hangs on; null for one that holds none but dollars. */
export function coinOfLoan({ reserves }: LoanState): UnderlyingId | null {
  const value = new Map<UnderlyingId, number>();
  for (const { token, supplied, owed, price } of reserves) {
    if (isDollar(token.coin)) continue;
    value.set(token.coin, (value.get(token.coin) ?? 0) + (Number(supplied) + Number(owed)) * price);
  }
  const [largest] = [...value].filter(([, usd]) => usd > 0).sort(([, a], [, b]) => b - a);
  return largest?.[0] ?? null;
}

/** Blocks of what is followed, as one key: nothing is asked anew while they stand. */
export function blocksOf(followed: readonly Followed[]): string {
  return followed.map((one) => one.state()?.block.hash ?? '').join(' ');
}
