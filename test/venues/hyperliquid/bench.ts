import { privateKeyToAccount } from 'viem/accounts';
import type { CreditPools, CreditTerms } from '#main/venues/credits.ts';
import { createHyperliquid, type HyperliquidVenue } from '#main/venues/hyperliquid/adapter.ts';
import { type HyperliquidLimits, LIMITS } from '#main/venues/hyperliquid/config.ts';
import { type HyperliquidSigner, walletSigner } from '#main/venues/hyperliquid/signer.ts';
import { ADDRESS_LIMITS, type CreditPool } from '#main/venues/hyperliquid/weights.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { webSockets } from '#main/venues/socket.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Fault } from '#shared/units/result.ts';
import { type DurationMs, MINUTE } from '#shared/units/time.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { counted, type Pace, paceOf, paceWithin } from '#test/venues/simulator/line.ts';
import { AGENT_KEY, USER } from './keys.ts';
import { type Simulator, startSimulator } from './simulator.ts';

export const VENUE = 'hyperliquid-sim';
export const ACCOUNT = 'main';

/** The adapter on the simulator, both on one clock that the test moves, over real sockets or within this process. */
export interface Bench extends Pace {
  readonly simulator: Simulator;
  readonly venue: HyperliquidVenue;
  readonly clock: ManualClock;
  readonly flaws: Fault[];
  /** Every text that went over the line, either way, as the client saw it. */
  readonly line: string[];
  close(): Promise<void>;
}

export interface BenchSetup {
  readonly resources: PaperResources;
  readonly seed?: number;
  /** No sockets and no ports: cheap, for schedules by the thousand. */
  readonly within?: boolean;
  /** The venue's own; without, credits never run out. */
  readonly credits?: CreditPools<CreditPool>;
  readonly limits?: Partial<HyperliquidLimits>;
  readonly deadManMs?: DurationMs;
  readonly unified?: boolean;
  /** The agent's unless given. */
  readonly signer?: HyperliquidSigner;
}

/** Pools as they are, but deep enough for a test that does not ask about them. */
function deep(pools: CreditPools<CreditPool>): CreditPools<CreditPool> {
  const deepen = (terms: CreditTerms): CreditTerms => ({ ...terms, most: 1e9, perSecond: 1e9 });
  return {
    reading: deepen(pools.reading),
    acting: deepen(pools.acting),
    subscribing: deepen(pools.subscribing),
  };
}

/** A signer whose work counts as something that moves on the line. */
function touching(signer: HyperliquidSigner, touch: () => void): HyperliquidSigner {
  return {
    address: signer.address,
    sign: async (intent) => {
      touch();
      const signature = await signer.sign(intent);
      touch();
      return signature;
    },
  };
}

export async function openBench(setup: BenchSetup): Promise<Bench> {
  const { resources, seed = 7, within = false, credits, deadManMs, unified = true } = setup;
  // The clock begins where the tape does: the venue's time and ours agree.
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startSimulator({ resources, seed, clock, port: within ? null : 0, unified });
  const flaws: Fault[] = [];
  const line: string[] = [];
  const draw = seededStream(seed, 5);
  let touched = 0;
  const touch = () => void touched++;
  const limits = { ...LIMITS, ...setup.limits };
  const venue = createHyperliquid({
    config: {
      venue: VENUE,
      url: simulator.ws,
      testnet: true,
      account: { id: ACCOUNT, name: 'Main' },
      user: USER as `0x${string}`,
      underlyings: ['BTC'],
      deadManMs: deadManMs ?? null,
      limits,
      credits: credits ?? deep(ADDRESS_LIMITS),
    },
    clock,
    signer: touching(setup.signer ?? walletSigner(privateKeyToAccount(AGENT_KEY)), touch),
    jitter: draw.uniform,
    openSocket: within ? simulator.openSocket : counted(webSockets(limits.frameBytes, MINUTE), touch, line),
    onFlaw: (reason) => flaws.push(reason),
  });
  return {
    simulator,
    venue,
    clock,
    flaws,
    line,
    ...(within ? paceWithin(clock) : paceOf(clock, () => touched + simulator.traffic.count)),
    close: async () => {
      await venue.adapter.close();
      await simulator.close();
    },
  };
}
