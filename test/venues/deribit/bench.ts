import { deribitSession } from '#main/keys/intents/deribit-session.ts';
import type { CreditPools } from '#main/venues/credits.ts';
import { createDeribit, type DeribitVenue } from '#main/venues/deribit/adapter.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { type CreditPool, UNPACED } from '#main/venues/deribit/tiers.ts';
import type { PaperResources } from '#main/venues/paper/resources.ts';
import { webSockets } from '#main/venues/socket.ts';
import { seededStream } from '#shared/market/seeded.ts';
import type { Fault } from '#shared/units/result.ts';
import { MINUTE } from '#shared/units/time.ts';
import { createManualClock, type ManualClock } from '#test/support/manual-clock.ts';
import { CARD } from '#test/unit/keys/samples.ts';
import { counted, type Pace, paceOf, paceWithin } from '#test/venues/simulator/line.ts';
import { KEY } from './keys.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** The adapter on the simulator, both on one clock that the test moves, over real sockets or within this process. */
export interface Bench extends Pace {
  readonly simulator: Simulator;
  readonly venue: DeribitVenue;
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
  /** The lowest tier's; without, credits never run out. */
  readonly credits?: CreditPools<CreditPool>;
  readonly skewLimitMs?: number;
  readonly cancelOnDisconnect?: boolean;
}

export async function openBench(setup: BenchSetup): Promise<Bench> {
  const { resources, seed = 7, within = false, credits, skewLimitMs, cancelOnDisconnect = false } = setup;
  // The clock begins where the tape does: the venue's time and ours agree.
  const clock = createManualClock(resources.tape.startAt);
  const simulator = await startSimulator({ resources, seed, clock, port: within ? null : 0 });
  const flaws: Fault[] = [];
  const line: string[] = [];
  const draw = seededStream(seed, 5);
  let [touched, nonces] = [0, 0];
  const secret = Buffer.from(KEY.secret);
  const venue = createDeribit({
    config: {
      venue: 'deribit-sim',
      url: simulator.ws,
      account: { id: 'main', name: 'Main' },
      currencies: ['BTC', 'USDC'],
      cancelOnDisconnect,
      withdrawals: 'refuse',
      limits: { ...LIMITS, skewMs: skewLimitMs ?? LIMITS.skewMs },
      credits: credits ?? UNPACED,
    },
    clock,
    signer: {
      keyId: KEY.id,
      sign: async (challenge) => deribitSession.ready(challenge, { ...CARD, id: 'k' }).sign(secret),
    },
    entropy: {
      nonce: () => {
        nonces += 1;
        return `nonce-${nonces}`;
      },
      jitter: draw.uniform,
    },
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
