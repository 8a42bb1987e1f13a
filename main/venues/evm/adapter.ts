import type { LegResult, StepResult, VenueAdapter, VenueCommand, VenueEvent } from '#main/engine/ports.ts';
import type { TakenStep } from '#shared/domain/chain-step.ts';
import type { ChainVitals } from '#shared/domain/chain-vitals.ts';
import type { AccountId } from '#shared/units/ids.ts';
import { type Fault, FaultError, fault } from '#shared/units/result.ts';
import { CHAIN_CAPABILITIES } from './capabilities.ts';
import { type BlockMark, checkChain } from './chain.ts';
import type { ChainConfig } from './config.ts';
import { createFollower, type FollowerSetup } from './follower.ts';
import type { ProtocolState } from './protocol.ts';

function refusals(command: VenueCommand, reason: Fault, outcome: 'rejected' | 'unknown'): readonly LegResult[] {
  if (command.type === 'cancel-all') return [];
  const ids = command.type === 'place' ? command.orders.map((one) => one.id) : [command.order];
  return ids.map((id) => ({ outcome, id, reason }));
}

const GWEI = 1e9;

function blockVitals({ fees }: ChainConfig, { number, at, baseFee }: BlockMark) {
  const [gasGwei, gasCapGwei] = [Number(baseFee) / GWEI, Number(fees.mostPerGas) / GWEI];
  return { block: Number(number), blockAt: at, gasGwei, gasCapGwei };
}

export interface ChainAdapterSetup<S extends ProtocolState> extends Omit<FollowerSetup<S>, 'tell'> {
  /** What of the owner is on its way; left out: nothing signs for him. */
  readonly sending?: () => Pick<ChainVitals, 'pending' | 'nonceGap'>;
  /** Takes a step of this protocol; null: nothing signs for the owner's address. */
  readonly take: ((step: TakenStep, byHand: boolean) => Promise<StepResult>) | null;
}

/** A protocol as a venue, and what was read of it last. */
export interface ChainVenue<S extends ProtocolState = ProtocolState> {
  readonly adapter: VenueAdapter;
  /** Null while nobody answers. */
  state(): S | null;
}

/**
 * A protocol as the engine sees any venue: what an owner holds there stands in the book. One block after the other is
 * read; without an answer the venue is down and its rows turn stale.
 */
export function createChainAdapter<S extends ProtocolState>(setup: ChainAdapterSetup<S>): ChainVenue<S> {
  const { protocol, take } = setup;
  const { venue, line } = protocol;
  const subscribers = new Set<(event: VenueEvent) => void>();
  const tell = (event: VenueEvent): void => {
    for (const on of subscribers) on(event);
  };
  const follower = createFollower({ ...setup, tell });
  const connected = (): ProtocolState => {
    if (follower.state !== null) return follower.state;
    throw new FaultError(fault('not-connected', `${venue} is not connected`, { venue }));
  };
  const mine = (account: AccountId): void => {
    if (account === protocol.account) return;
    throw new FaultError(fault('unknown-account', `account "${account}" is not at ${venue}`, { account }));
  };
  const noOrders = (): never => {
    throw new FaultError(fault('no-orders', `${venue} takes steps, no orders: nothing rests there`, { venue }));
  };

  const adapter: VenueAdapter = {
    id: venue,
    kind: 'onchain',
    capabilities: () => ({ ...CHAIN_CAPABILITIES, takesSteps: take !== null }),
    connect: async () => {
      await checkChain(line);
      await follower.start();
    },
    close: async () => {
      follower.stop();
    },
    instruments: async () => connected().instruments,
    accounts: async () => [connected().account],
    subscribe: (on) => {
      subscribers.add(on);
      return () => void subscribers.delete(on);
    },
    snapshot: async (account) => {
      connected();
      mine(account);
      const { account: own, block, balances, positions, pools } = await protocol.read();
      return { account: own, asOf: block.at, balances, positions, pools, openOrders: [], complete: true };
    },
    history: async (account) => {
      mine(account);
      return { fills: [], funding: [], next: null };
    },
    depth: async () => noOrders(),
    orderState: async () => null,
    greeks: () => null,
    preview: async () => noOrders(),
    execute: async (command) => {
      const apart = fault('not-connected', `${venue} is not connected`, { venue });
      if (follower.state === null) return refusals(command, apart, 'unknown');
      return refusals(command, fault('no-orders', `${venue} takes steps, no orders`, { venue }), 'rejected');
    },
    ...(take === null ? {} : { take }),
    vitals: () => {
      const state = follower.state;
      const sending = setup.sending?.() ?? { pending: null, nonceGap: null };
      const chain = state === null ? null : { ...blockVitals(line.config, state.block), ...sending };
      return { roundTrip: follower.roundTrip, skewMs: null, messages: null, credits: null, chain };
    },
  };
  return { adapter, state: () => follower.state };
}
