import { counted } from '#renderer/format/names.ts';
import { closeDialog } from '#renderer/state/shell.ts';
import { useTerminal } from '#renderer/state/terminal.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import type { VaultDescription } from '#shared/ipc/vault.ts';
import style from './Accounts.module.css';
import { AddKey } from './AddKey.tsx';
import { KeychainLine } from './KeychainLine.tsx';
import { KeyTable } from './KeyTable.tsx';
import { useVault } from './useVault.ts';

const STATES: Readonly<Record<VaultDescription['state'], string>> = {
  none: 'There is no vault yet. The first key makes one.',
  locked: 'Locked',
  opening: 'Opening',
  open: 'Open',
};

function stateOf({ state, lockedBecause, keys }: VaultDescription): string {
  if (state === 'open')
    return `Open, with ${counted(keys.length, 'key')}. Locks itself after 15 minutes without a key press or pointer.`;
  if (state === 'locked' && lockedBecause !== null) return `Locked: ${lockedBecause}`;
  return STATES[state];
}

/** Venues, the keys to them, and whether the vault that holds them is open. Secrets are typed elsewhere. */
export function AccountsDialog() {
  const { vault, venues, fault, busy, unlock, change, lock, add } = useVault();
  const lights = useTerminal((terminal) => terminal.status?.venues ?? null);
  return (
    <Dialog
      open
      onClose={closeDialog}
      width="wide"
      title="Accounts and keys"
      description="Passphrases and keys are typed into a window of Keel’s own, never into this page, and stay with the signer."
    >
      <div className={style.body}>
        {fault === null ? null : <SeverityMark severity="critical">{fault.message}</SeverityMark>}
        {vault === null ? (
          <p role="status">Looking at the vault …</p>
        ) : (
          <>
            {vault.problem === null ? null : <SeverityMark severity="critical">{vault.problem}</SeverityMark>}
            <div className={style.state}>
              <span role="status">{stateOf(vault)}</span>
              <div className={style.actions}>
                {vault.state === 'none' ? null : (
                  <Button disabled={busy} onClick={() => change('passphrase')}>
                    Change the passphrase
                  </Button>
                )}
                {vault.state === 'open' ? (
                  <Button disabled={busy} onClick={lock}>
                    Lock the vault
                  </Button>
                ) : (
                  <Button disabled={busy} onClick={unlock}>
                    {vault.state === 'none' ? 'Make a vault' : 'Open the vault'}
                  </Button>
                )}
              </div>
            </div>
            {vault.state === 'none' ? null : <KeychainLine keychain={vault.keychain} busy={busy} onChange={change} />}
            <KeyTable keys={vault.keys} lights={lights} />
            <AddKey venues={venues} known={vault.keys} busy={busy} onAdd={add} />
            <p className={style.file}>{vault.file}</p>
          </>
        )}
      </div>
    </Dialog>
  );
}
