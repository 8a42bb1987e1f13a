import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { ProfileVenue } from '#shared/ipc/contract.ts';
import style from './Accounts.module.css';

interface AddKeyProps {
  readonly venues: readonly ProfileVenue[];
  readonly busy: boolean;
  readonly onAdd: (venue: ProfileVenue, publicId: string) => void;
}

/** The public half of a new key; its secret is asked for in the window that opens. Private keys come by the command line. */
export function AddKey({ venues, busy, onAdd }: AddKeyProps) {
  const [name, setName] = useState<string | null>(null);
  const [publicId, setPublicId] = useState('');
  const venue = venues.find((one) => one.venue === name) ?? venues[0];
  if (venue === undefined) return null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (venue !== undefined && publicId.trim() !== '') onAdd(venue, publicId.trim());
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
      {venue.privateKeyCommand === null ? (
        <div className={style.line}>
          <Field
            label="Client id"
            mono
            value={publicId}
            onChange={setPublicId}
            hint="Rights to read and to trade. A key that may withdraw is refused when it signs in, where the venue tells."
          />
          <Button type="submit" look="primary" disabled={busy || publicId.trim() === ''}>
            Add, and type its secret
          </Button>
        </div>
      ) : (
        <p className={style.none}>
          A private key is added from the command line, as its text or out of a keystore:{' '}
          <code className={style.command}>{venue.privateKeyCommand}</code>
        </p>
      )}
    </form>
  );
}
