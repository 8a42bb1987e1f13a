import type { Verdict } from '#main/engine/gate/verdict.ts';
import type { Staged } from '#main/engine/staging.ts';
import type { Preview } from '#main/engine/staging-desk.ts';
import type { CheckLine, StagedOrders } from '#shared/ipc/frames.ts';
import { nameOf } from '#shared/units/ids.ts';
import { MINUTE } from '#shared/units/time.ts';

export function toCheckLines(verdicts: readonly Verdict[]): readonly CheckLine[] {
  return verdicts.map(({ check, passed, text }) => ({ name: check, passed, text }));
}

/** "sell 5 BTC-27MAR20-6000-P, buy 5 BTC-27MAR20-5000-P" or "move 500 USDC from options to perps". */
function titleOf({ orders, transfers }: Staged): string {
  return [
    ...transfers.map((one) => `move ${one.quantity} ${one.currency} from ${one.from} to ${one.to}`),
    ...orders.map((one) => {
      const worked =
        one.schedule === undefined ? '' : ` by ${one.schedule.kind} over ${one.schedule.durationMs / MINUTE} min`;
      return `${one.side} ${one.quantity} ${nameOf(one.instrument)}${worked}`;
    }),
  ].join(', ');
}

/** Staged orders as the window sees them; `seen` judges them anew, as the keys and the market are now. */
export function toStagedOrders(staged: Staged, seen?: Preview): StagedOrders {
  return {
    id: staged.id,
    origin: staged.origin === 'cli' ? 'ticket' : staged.origin,
    title: titleOf(staged),
    orders: staged.orders,
    checks: (seen ? [...seen.judgements.map((one) => one.verdicts), ...seen.transferChecks] : staged.checks).map(
      toCheckLines,
    ),
    passed: seen?.passed ?? staged.passed,
    expiresAt: staged.expiresAt,
  };
}
