import { Button } from '#renderer/ui/Button.tsx';
import type { VaultChange, VaultDescription } from '#shared/ipc/vault.ts';
import style from './Accounts.module.css';

export interface KeychainLineProps {
  readonly keychain: VaultDescription['keychain'];
  readonly busy: boolean;
  readonly onChange: (what: VaultChange) => void;
}

/** Whether this computer's keychain opens the vault too: only where the trader asked for it. */
export function KeychainLine({ keychain, busy, onChange }: KeychainLineProps) {
  if (keychain === 'none') {
    return <p>The passphrase alone opens it: this computer has no keychain that would protect it.</p>;
  }
  const isOn = keychain === 'on';
  return (
    <div className={style.state}>
      <span>
        {isOn
          ? 'This computer’s keychain opens it too: whoever is signed in here needs no passphrase.'
          : 'The passphrase alone opens it.'}
      </span>
      <Button disabled={busy} onClick={() => onChange(isOn ? 'forget' : 'remember')}>
        {isOn ? 'Ask for the passphrase again' : 'Let the keychain open it'}
      </Button>
    </div>
  );
}
