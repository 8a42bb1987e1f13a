import type { Clock, Unsubscribe } from '#main/engine/ports.ts';
import { once } from '#main/venues/once.ts';
import { toFault } from '#shared/units/result.ts';
import { type EpochMs, SECOND } from '#shared/units/time.ts';
import type { Call } from './channels.ts';
import type { DeribitConfig } from './config.ts';
import { checkRights, type KeyRights, rightsOf } from './rights.ts';
import type { DeribitSigner } from './signer.ts';
import { readAs } from './wire.ts';
import { wireAuth } from './wire-account.ts';

/** Share of a token's life after which it is renewed. */
const RENEW_AT = 0.8;

/** The right of one connection to act for the account. The tokens stay in here. */
export interface Authority {
  /** Signs in, and from then on renews before the right runs out. */
  gain(): Promise<void>;
  /** The venue no longer takes it: signs in anew. Several callers share one attempt. */
  regain(): Promise<void>;
  drop(): void;
  /** What the key may do, as the venue said when it let it in; null before. */
  readonly rights: KeyRights | null;
}

export interface AuthoritySetup {
  readonly signer: DeribitSigner;
  readonly withdrawals: DeribitConfig['withdrawals'];
  readonly call: Call;
  readonly clock: Clock;
  readonly venueTime: () => EpochMs;
  readonly nonce: () => string;
  /** Neither renewing nor signing in worked. */
  readonly onLost: (reason: ReturnType<typeof toFault>) => void;
}

export function createAuthority(setup: AuthoritySetup): Authority {
  const { signer, call, clock, venueTime, nonce, onLost } = setup;
  let refreshToken = '';
  let stop: Unsubscribe | null = null;
  let regaining: Promise<void> | null = null;
  let rights: KeyRights | null = null;

  const take = (answer: unknown): void => {
    const { refresh_token, expires_in, scope } = readAs(wireAuth, answer, 'public/auth');
    rights = rightsOf(scope);
    checkRights(scope, signer.keyId, setup.withdrawals);
    refreshToken = refresh_token;
    stop?.();
    stop = once(clock, expires_in * SECOND * RENEW_AT, () => void renew());
  };
  const gain = async (): Promise<void> => {
    const challenge = { timestamp: Math.round(venueTime()), nonce: nonce() };
    const signature = await signer.sign(challenge);
    const signed = { grant_type: 'client_signature', client_id: signer.keyId, ...challenge, signature, data: '' };
    take(await call('public/auth', signed));
  };
  const renew = async (): Promise<void> => {
    try {
      take(await call('public/auth', { grant_type: 'refresh_token', refresh_token: refreshToken }));
    } catch {
      await regain().catch((thrown: unknown) => onLost(toFault(thrown)));
    }
  };
  const regain = (): Promise<void> => {
    regaining ??= gain().finally(() => {
      regaining = null;
    });
    return regaining;
  };
  return {
    get rights() {
      return rights;
    },
    gain,
    regain,
    drop: () => {
      stop?.();
      refreshToken = '';
    },
  };
}
