import type { Unsubscribe } from '#main/engine/ports.ts';
import type { SignerHost } from '#main/keys/signer-host.ts';
import type { CcxtProcess } from '#main/venues/ccxt/process-border.ts';

/** Where ccxt runs, and what ends it. */
export interface CcxtHost {
  spawn(): CcxtProcess;
  /** Calls when the vault is locked. */
  onLocked(act: () => void): Unsubscribe;
}

/** Processes that hold a key of the vault for as long as it is open. */
export function ccxtHostOf(signer: Pick<SignerHost, 'subscribe'>, spawn: () => CcxtProcess): CcxtHost {
  return {
    spawn,
    onLocked: (act) =>
      signer.subscribe((state) => {
        if (state === 'locked') act();
      }),
  };
}
