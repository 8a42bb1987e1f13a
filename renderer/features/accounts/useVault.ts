import { useCallback, useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { everySecond } from '#renderer/state/every-second.ts';
import type { Answer } from '#shared/ipc/contract.ts';
import type { ProfileVenue, VaultChange, VaultDescription } from '#shared/ipc/vault.ts';
import type { Fault } from '#shared/units/result.ts';

/** What a new key is added for. */
export type KeyRights = 'read' | 'trade';

/** The public half of a key that is added. */
export interface NewKey {
  readonly account: string;
  readonly publicId: string;
  readonly rights: KeyRights;
}

interface Vault {
  readonly vault: VaultDescription | null;
  /** Venues of all profiles that need a key, each once. */
  readonly venues: readonly ProfileVenue[];
  readonly fault: Fault | null;
  /** Main is asking the trader, or the signer. */
  readonly busy: boolean;
  readonly unlock: () => void;
  /** The passphrase is asked for first, but to forget. */
  readonly change: (what: VaultChange) => void;
  readonly lock: () => void;
  readonly add: (venue: ProfileVenue, key: NewKey) => void;
}

/** The vault as main tells it, looked at again every second: it locks by itself. */
export function useVault(): Vault {
  const [vault, setVault] = useState<VaultDescription | null>(null);
  const [venues, setVenues] = useState<readonly ProfileVenue[]>([]);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  const look = useCallback(async () => {
    const answer = await call('vault.describe', {});
    if (answer.ok) setVault(answer.value);
    else setFault(answer.error);
  }, []);
  useEffect(() => {
    void look();
    void call('session.list', {}).then((answer) => {
      if (!answer.ok) return;
      const all = answer.value.profiles.flatMap((profile) => profile.venues).filter((one) => one.key !== null);
      setVenues([...new Map(all.map((one) => [one.venue, one])).values()]);
    });
    return everySecond(() => void look());
  }, [look]);

  async function during(asking: Promise<Answer<VaultDescription>>): Promise<void> {
    setBusy(true);
    setFault(null);
    const answer = await asking;
    setBusy(false);
    if (answer.ok) setVault(answer.value);
    else if (answer.error.code !== 'cancelled') setFault(answer.error);
  }
  return {
    vault,
    venues,
    fault,
    busy,
    unlock: () => void during(call('vault.unlock', {})),
    change: (what) => void during(call('vault.unlock', { change: what })),
    lock: () => void during(call('vault.lock', {})),
    add: ({ venue }, key) => void during(call('vault.add-key', { venue, ...key })),
  };
}
