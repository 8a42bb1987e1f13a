import { type FormEvent, useState } from 'react';
import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Segments } from '#renderer/ui/Segments.tsx';
import type { ProfileChoice } from '#shared/ipc/contract.ts';
import style from './Accounts.module.css';

interface AddKeyProps {
  readonly profiles: readonly ProfileChoice[];
  readonly busy: boolean;
  readonly onAdd: (profile: ProfileChoice, publicId: string) => void;
}

/** The public half of a new key; its secret is asked for in the window that opens. */
export function AddKey({ profiles, busy, onAdd }: AddKeyProps) {
  const [name, setName] = useState<string | null>(null);
  const [publicId, setPublicId] = useState('');
  const profile = profiles.find((one) => one.name === name) ?? profiles[0];
  if (profile === undefined) return null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (profile !== undefined && publicId.trim() !== '') onAdd(profile, publicId.trim());
  }
  return (
    <form className={style.add} onSubmit={submit}>
      <h3 className={style.heading}>Add a key</h3>
      <Segments
        label="Venue of the key"
        value={profile.name}
        options={profiles.map((one) => ({ value: one.name, text: one.title, title: one.url }))}
        onChoose={setName}
      />
      <div className={style.line}>
        <Field
          label="Client id"
          mono
          value={publicId}
          onChange={setPublicId}
          hint="Rights account:read, trade:read_write, wallet:read. A key that may withdraw is refused when it signs in."
        />
        <Button type="submit" look="primary" disabled={busy || publicId.trim() === ''}>
          Add, and type its secret
        </Button>
      </div>
    </form>
  );
}
