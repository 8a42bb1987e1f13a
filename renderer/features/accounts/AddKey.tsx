import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import { Select } from '#renderer/ui/Select.tsx';
import type { KeyLine, ProfileVenue } from '#shared/ipc/vault.ts';
import style from './Accounts.module.css';
import type { KeyRights, NewKey } from './useVault.ts';

const RIGHTS = [
  { value: 'read', text: '1. Read only', title: 'The account is shown; every order is refused here' },
  { value: 'trade', text: '2. Read and trade', title: 'Orders may be sent, once the keys are armed' },
] as const;
const HINTS: Readonly<Record<KeyRights, string>> = {
  read: 'First one that only reads, made so at the venue: look at the account before anything can be sent. Every order is refused here.',
  trade: 'Rights to read and to trade. A key that may withdraw is refused when it signs in, where the venue tells.',
};

const PRIVATE_HINT =
  'Of an agent or session key that the account approved, never of the account itself: such a key trades and cannot withdraw.';

interface AddKeyProps {
  readonly venues: readonly ProfileVenue[];
  readonly busy: boolean;
  /** What the vault holds. */
  readonly known: readonly KeyLine[];
  readonly onAdd: (venue: ProfileVenue, key: NewKey) => void;
}

/** The public half of a new key; the key itself is typed into the window that opens. */
export function AddKey({ venues, known, busy, onAdd }: AddKeyProps) {
  const [name, setName] = useState<string | null>(null);
  const [publicId, setPublicId] = useState('');
  const [owner, setOwner] = useState('');
  const [chosen, setChosen] = useState<KeyRights | null>(null);
  const venue = venues.find((one) => one.venue === name) ?? venues[0];
  if (venue === undefined) return null;
  const isPrivate = venue.key?.private === true;
  const asked = venue.key?.account ?? null;
  const account = asked === null ? venue.account : owner.trim();
  // Trading is a second, separate step.
  const rights = chosen ?? (known.some((one) => one.venue === venue.venue) ? 'trade' : 'read');
  const isWhole = publicId.trim() !== '' && account !== '';
  function moveTo(next: string): void {
    setName(next);
    // What was said of another venue's key holds for that one.
    setChosen(null);
    setPublicId('');
    setOwner('');
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (venue !== undefined && isWhole) onAdd(venue, { account, publicId: publicId.trim(), rights });
  }
  return (
    <form className={style.add} onSubmit={submit}>
      <h3 className={style.heading}>Add a key</h3>
      <Select
        label="Venue of the key"
        value={venue.venue}
        options={venues.map((one) => [one.venue, `${one.title}: ${one.url}`])}
        onChange={moveTo}
      />
      <Segments label="Rights of the key" value={rights} options={RIGHTS} onChoose={setChosen} />
      {asked === null ? null : (
        <div className={style.line}>
          <Field label="Account" mono value={owner} onChange={setOwner} hint={`As ${asked}: whose money it trades.`} />
        </div>
      )}
      <div className={style.line}>
        <Field
          label={isPrivate ? 'Address of the key' : 'Client id'}
          mono
          value={publicId}
          onChange={setPublicId}
          hint={isPrivate ? PRIVATE_HINT : HINTS[rights]}
        />
        <Button type="submit" look="primary" disabled={busy || !isWhole}>
          {isPrivate ? 'Add, and type the key' : 'Add, and type its secret'}
        </Button>
      </div>
    </form>
  );
}
