import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { KeyLine, ProfileVenue } from '#shared/ipc/vault.ts';
import style from './Accounts.module.css';
import type { KeyRights } from './useVault.ts';

const RIGHTS = [
  { value: 'read', text: '1. Read only', title: 'The account is shown; every order is refused here' },
  { value: 'trade', text: '2. Read and trade', title: 'Orders may be sent, once the keys are armed' },
] as const;
const HINTS: Readonly<Record<KeyRights, string>> = {
  read: 'First one that only reads, made so at the venue: look at the account before anything can be sent. Every order is refused here.',
  trade: 'Rights to read and to trade. A key that may withdraw is refused when it signs in, where the venue tells.',
};

interface AddKeyProps {
  readonly venues: readonly ProfileVenue[];
  readonly busy: boolean;
  /** What the vault holds. */
  readonly known: readonly KeyLine[];
  readonly onAdd: (venue: ProfileVenue, publicId: string, rights: KeyRights) => void;
}

/** The public half of a new key; its secret is asked for in the window that opens. Private keys come by the command line. */
export function AddKey({ venues, known, busy, onAdd }: AddKeyProps) {
  const [name, setName] = useState<string | null>(null);
  const [publicId, setPublicId] = useState('');
  const [chosen, setChosen] = useState<KeyRights | null>(null);
  const venue = venues.find((one) => one.venue === name) ?? venues[0];
  if (venue === undefined) return null;
  // Trading is a second, separate step.
  const rights = chosen ?? (known.some((one) => one.venue === venue.venue) ? 'trade' : 'read');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (venue !== undefined && publicId.trim() !== '') onAdd(venue, publicId.trim(), rights);
  }
  return (
    <form className={style.add} onSubmit={submit}>
      <h3 className={style.heading}>Add a key</h3>
      <Select
        label="Venue of the key"
        value={venue.venue}
        options={venues.map((one) => [one.venue, `${one.title}: ${one.url}`])}
        onChange={setName}
      />
      <Segments label="Rights of the key" value={rights} options={RIGHTS} onChoose={setChosen} />
      {venue.privateKeyCommand === null ? (
        <div className={style.line}>
          <Field label="Client id" mono value={publicId} onChange={setPublicId} hint={HINTS[rights]} />
          <Button type="submit" look="primary" disabled={busy || publicId.trim() === ''}>
            Add, and type its secret
          </Button>
        </div>
      ) : (
        <p className={style.none}>
          A private key is added from the command line, as its text or out of a keystore:{' '}
          <code className={style.command}>
            {venue.privateKeyCommand}
            {rights === 'read' ? ' --scopes read' : ''}
          </code>
        </p>
      )}
    </form>
  );
}
