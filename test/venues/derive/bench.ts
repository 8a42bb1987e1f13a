import { privateKeyToAccount } from 'viem/accounts';
import { createDerive, type DeriveVenue } from '#main/venues/derive/adapter.ts';
import { type DeriveLimits, LIMITS } from '#main/venues/derive/config.ts';
import type { DeriveSigner } from '#main/venues/derive/signer.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { webSockets } from '#main/venues/socket.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Fault } from '#shared/units/result.ts';
import { MINUTE } from '#shared/units/time.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { counted, type Pace, paceOf, paceWithin } from '#test/venues/simulator/line.ts';
import { CHAIN, SESSION_KEY, SUBACCOUNT, signerOf, WALLET } from './keys.ts';
import { type DeriveSimulator, startDeriveSimulator } from './simulator.ts';

/** The adapter on the simulator, both on one clock that the test moves, over real sockets or within this process. */
export interface DeriveBench extends Pace {
  readonly simulator: DeriveSimulator;
  readonly venue: DeriveVenue;
  readonly clock: ManualClock;
  readonly flaws: Fault[];
  /** Every text that went over the line, either way. */
  readonly line: string[];
  close(): Promise<void>;
}

export interface DeriveBenchSetup {
  readonly resources: PaperResources;
  readonly seed?: number;
  /** The session key's, in this process, unless given. */
  readonly signer?: DeriveSigner;
  /** No sockets and no ports: cheap, for schedules by the thousand. */
  readonly within?: boolean;
  readonly limits?: Partial<DeriveLimits>;
}

export async function openDeriveBench(setup: DeriveBenchSetup): Promise<DeriveBench> {
  const { resources, seed = 7, within = false, signer } = setup;
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startDeriveSimulator({ resources, seed, clock, port: within ? null : 0 });
  const flaws: Fault[] = [];
  const line: string[] = [];
  const draw = seededStream(seed, 5);
  let touched = 0;
  const venue = createDerive({
    config: {
      venue: 'derive-sim',
      url: simulator.endpoints.ws,
      chain: CHAIN,
      account: { id: 'main', name: 'Main' },
      subaccount: SUBACCOUNT,
      underlyings: ['BTC'],
      cancelOnDisconnect: false,
      limits: { ...LIMITS, ...setup.limits },
    },
    clock,
    identity: { wallet: WALLET, signer: signer ?? signerOf(privateKeyToAccount(SESSION_KEY)) },
    jitter: draw.uniform,
    openSocket: within
      ? simulator.openSocket
      : counted(webSockets(LIMITS.frameBytes, MINUTE), () => void touched++, line),
    onFlaw: (reason) => flaws.push(reason),
  });
  const pace = within ? paceWithin(clock) : paceOf(clock, () => touched + simulator.traffic.count);
  return {
    simulator,
    venue,
    clock,
    flaws,
    line,
    ...pace,
    close: async () => {
      await venue.adapter.close();
      await simulator.close();
    },
  };
}
