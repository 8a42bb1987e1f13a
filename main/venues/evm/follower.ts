import type { Clock, VenueEvent } from '#main/engine/ports.ts';
import { type Fault, fault, toFault } from '#shared/units/result.ts';
import { createSamples, type Quantiles } from '#shared/units/samples.ts';
import type { DurationMs } from '#shared/units/time.ts';
import { blockNow } from './chain.ts';
import type { Protocol, ProtocolState } from './protocol.ts';

export interface FollowerSetup<S extends ProtocolState = ProtocolState> {
  readonly protocol: Protocol<S>;
  readonly clock: Clock;
  /** How often the chain is asked for a new block. */
  readonly refreshMs: DurationMs;
  /** What is held and cannot be counted, or does not agree with the contract: told once each time it changes. */
  readonly onFlaw: (reason: Fault) => void;
  readonly tell: (event: VenueEvent) => void;
}

/** A protocol as it was read last; null while nobody answers. */
export interface Follower<S extends ProtocolState = ProtocolState> {
  readonly state: S | null;
  /** How long the node took to tell of its newest block, ms; null before the first. */
  readonly roundTrip: Quantiles | null;
  /** Reads at once, and then with each block. Throws where that first reading fails. */
  start(): Promise<void>;
  stop(): void;
}

/** A health factor from which on the owner is told. */
const MARGIN_CALL = 1.05;

const TRIPS_KEPT = 200;

/** What a state says of margin that the owner has to hear. */
function marginCallOf({ account, pools }: ProtocolState): VenueEvent | null {
  const near = pools.find((one) => (one.healthFactor ?? Number.POSITIVE_INFINITY) < MARGIN_CALL || one.ratio >= 1);
  if (near === undefined) return null;
  const { healthFactor, ratio } = near;
  const stands =
    healthFactor === undefined
      ? `maintenance is ${(ratio * 100).toFixed(0)} % of equity`
      : `health factor ${healthFactor.toFixed(4)}`;
  const reason = fault('margin-call', `${account.id} at ${account.venue}: ${stands}`, {
    healthFactor: healthFactor ?? null,
    ratio,
  });
  return { type: 'margin-call', account: account.id, reason };
}

const listed = (state: ProtocolState | null): string => JSON.stringify(state?.instruments ?? []);

function newFlaws(before: ProtocolState | null, now: ProtocolState): readonly Fault[] {
  const told = new Set(before?.flaws.map((one) => one.message));
  return now.flaws.filter((one) => !told.has(one.message));
}

/** Reads one block after the other and tells what is news. */
export function createFollower<S extends ProtocolState>(setup: FollowerSetup<S>): Follower<S> {
  const { protocol, clock, refreshMs, onFlaw, tell } = setup;
  let state: S | null = null;
  let live = false;
  let running = false;
  /** The last block that was searched for liquidations. */
  let searched: bigint | null = null;
  let asking = false;
  let stop: (() => void) | null = null;
  const trips = createSamples(TRIPS_KEPT);

  const down = (reason: Fault): void => {
    if (live) tell({ type: 'status', status: 'down', latencyMs: 0, reason });
    live = false;
  };

  /** What changed from one state to the next, as events; of the first one all of it. */
  function announce(before: ProtocolState | null, now: ProtocolState): void {
    if (listed(before) !== listed(now)) tell({ type: 'instruments', instruments: now.instruments });
    tell({ type: 'quotes', quotes: now.quotes });
    for (const flaw of newFlaws(before, now)) onFlaw(flaw);
    const call = marginCallOf(now);
    if (call !== null && (before === null || marginCallOf(before) === null)) tell(call);
  }

  /** Liquidations since those that were told last: blocks that nobody could be asked about are asked about again. */
  async function announceLiquidations({ block }: ProtocolState): Promise<void> {
    if (searched !== null && block.number > searched) {
      const found = await protocol.liquidations(searched + 1n, block.number);
      for (const reason of found) tell({ type: 'liquidation', account: protocol.account, reason });
    }
    searched = block.number;
  }

  /** The same block says the same of everything, as of now. */
  function repeated(same: S): S {
    const at = clock.now();
    return { ...same, quotes: same.quotes.map((one) => ({ ...one, tsReceived: at })) };
  }

  async function refresh(): Promise<void> {
    const before = state;
    const began = clock.now();
    const { hash } = await blockNow(protocol.line);
    trips.note(clock.now() - began);
    const now = before !== null && before.block.hash === hash ? repeated(before) : await protocol.read();
    if (!running) return;
    state = now;
    announce(before, now);
    await announceLiquidations(now);
    if (live || !running) return;
    live = true;
    tell({ type: 'status', status: 'live', latencyMs: clock.now() - began, reason: null });
  }

  const tick = (): void => {
    if (asking) return;
    asking = true;
    refresh()
      .catch((thrown: unknown) => down(toFault(thrown, 'chain')))
      .finally(() => {
        asking = false;
      });
  };

  return {
    get state() {
      return live ? state : null;
    },
    get roundTrip() {
      return trips.quantiles();
    },
    start: async () => {
      running = true;
      await refresh();
      stop ??= clock.every(refreshMs, tick);
    },
    stop: () => {
      stop?.();
      [stop, live, running, state, searched] = [null, false, false, null, null];
    },
  };
}
