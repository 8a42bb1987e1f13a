import { deribitSession } from '#main/keys/intents/deribit-session.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { createDeribit, type DeribitSetup, type DeribitVenue } from '#main/venues/deribit/adapter.ts';
import { LIMITS } from '#main/venues/deribit/config.ts';
import { UNPACED } from '#main/venues/deribit/tiers.ts';
import { SECOND } from '#shared/units/time.ts';
import { CARD } from '#test/unit/keys/samples.ts';
import { KEY } from '#test/venues/deribit/keys.ts';

export interface BenchDeribit extends Partial<Pick<DeribitSetup, 'openSocket' | 'onFlaw'>> {
  readonly venue: string;
  readonly url: string;
}

/** The adapter as the app has it, on a simulator whose tape is years old and whose credits never run out. */
export function benchDeribit({ venue, url, onFlaw = () => undefined, ...more }: BenchDeribit): DeribitVenue {
  const secret = Buffer.from(KEY.secret);
  let nonces = 0;
  return createDeribit({
    config: {
      venue,
      url,
      account: { id: 'main', name: 'Main' },
      currencies: ['BTC', 'USDC'],
      cancelOnDisconnect: false,
      withdrawals: 'refuse',
      limits: { ...LIMITS, skewMs: Number.POSITIVE_INFINITY, answerMs: 60 * SECOND },
      credits: UNPACED,
    },
    clock: machineClock(),
    signer: {
      keyId: KEY.id,
      sign: async (challenge) => deribitSession.ready(challenge, { ...CARD, id: 'k' }).sign(secret),
    },
    entropy: { nonce: () => `${venue}-${++nonces}`, jitter: () => 0.5 },
    onFlaw,
    ...more,
  });
}
