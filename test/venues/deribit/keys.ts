import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE } from '#shared/units/time.ts';
import { numberOf, optionalText, type Parameters, textOf } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** An API key as the simulator knows it. */
export interface SimulatedKey {
  readonly id: string;
  readonly secret: string;
  readonly scope: string;
}

/** The one key the simulator knows unless it is given another. */
export const KEY: SimulatedKey = {
  id: 'sim-key',
  secret: 'sim-secret',
  scope: 'connection mainaccount trade:read_write account:read wallet:read',
};

/** Deribit's tokens live longer; a rehearsal should see them renewed. */
export const LIFE_SECONDS = 100;

/** Who may do what: signatures are checked as Deribit documents them ("Authentication"). */
export interface Keys {
  /** `public/auth`; answers the tokens. */
  authorise(parameters: Parameters): object;
  /** An `Authorization` header: a bearer token or `deri-hmac-sha256`. */
  checkHeader(header: string | undefined, method: string, uri: string, body: string): void;
  /** Every right given so far ends. */
  expireAll(): void;
  /** Grows when rights end: sessions that were authorised before are not any more. */
  readonly generation: number;
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export function createKeys(times: () => readonly number[], key: SimulatedKey): Keys {
  const tokens = new Set<string>();
  const nonces = new Set<string>();
  const signature = (text: string): string => createHmac('sha256', key.secret).update(text).digest('hex');
  let [generation, count] = [0, 0];
  const wrong = (reason: string) => new Refusal(13004, 'invalid_credentials', reason);

  const checkStamp = (stamp: number): void => {
    if (!times().some((now) => Math.abs(stamp - now) <= MINUTE)) throw wrong('timestamp out of range');
  };
  const checkNonce = (nonce: string): void => {
    if (nonces.has(nonce)) throw wrong('nonce used before');
    nonces.add(nonce);
  };
  const give = (): object => {
    count += 1;
    const [access, refresh] = [`access-${generation}-${count}`, `refresh-${generation}-${count}`];
    tokens.add(access).add(refresh);
    return {
      access_token: access,
      refresh_token: refresh,
      expires_in: LIFE_SECONDS,
      scope: key.scope,
      token_type: 'bearer',
    };
  };
  return {
    get generation() {
      return generation;
    },
    authorise: (parameters) => {
      const grant = textOf(parameters, 'grant_type');
      if (grant === 'refresh_token') {
        if (!tokens.has(textOf(parameters, 'refresh_token'))) throw new Refusal(13009, 'invalid_token');
        return give();
      }
      if (textOf(parameters, 'client_id') !== key.id) throw wrong('unknown client id');
      if (grant === 'client_credentials') {
        if (!same(textOf(parameters, 'client_secret'), key.secret)) throw wrong('wrong secret');
        return give();
      }
      const [stamp, nonce] = [numberOf(parameters, 'timestamp'), textOf(parameters, 'nonce')];
      const data = optionalText(parameters, 'data') ?? '';
      if (!same(textOf(parameters, 'signature'), signature(`${stamp}\n${nonce}\n${data}`))) throw wrong('signature');
      checkStamp(stamp);
      checkNonce(nonce);
      return give();
    },
    checkHeader: (header, method, uri, body) => {
      const bearer = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
      if (bearer !== undefined && tokens.has(bearer)) return;
      const fields = /^deri-hmac-sha256 id=([^,]+),ts=(\d+),sig=([0-9a-f]+),nonce=(.+)$/i.exec(header ?? '');
      if (fields === null) throw new Refusal(13009, 'unauthorized');
      const [, id = '', stamp = '', given = '', nonce = ''] = fields;
      const wanted = signature(`${stamp}\n${nonce}\n${method}\n${uri}\n${body}\n`);
      if (id !== key.id || !same(given, wanted)) throw wrong('signature');
      // Requests of one millisecond share ccxt's nonce: over loopback that happens.
      checkStamp(Number(stamp));
    },
    expireAll: () => {
      generation += 1;
      tokens.clear();
    },
  };
}
