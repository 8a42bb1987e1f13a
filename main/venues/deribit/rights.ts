import { FaultError, fault } from '#shared/units/result.ts';
import type { DeribitConfig } from './config.ts';

/** What a key may do, as Deribit's scopes say it ("wallet:read_write"; docs.deribit.com, "Access Scope"). */
export interface KeyRights {
  readonly trade: boolean;
  /** Withdrawals and transfers: Deribit has one right for both. */
  readonly withdraw: boolean;
}

export function rightsOf(scope: string): KeyRights {
  const words = new Set(scope.split(/\s+/));
  return { trade: words.has('trade:read_write'), withdraw: words.has('wallet:read_write') };
}

/** Throws `withdrawal-rights` for a key that could take the money out, unless that is allowed. */
export function checkRights(scope: string, keyId: string, withdrawals: DeribitConfig['withdrawals']): void {
  if (withdrawals === 'allow' || !rightsOf(scope).withdraw) return;
  const message = `the key ${keyId} may withdraw (wallet:read_write): give it wallet:read at Deribit, or say that you accept it`;
  throw new FaultError(fault('withdrawal-rights', message, { key: keyId }));
}
