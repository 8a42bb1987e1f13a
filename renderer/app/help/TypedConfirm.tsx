import { useRef, useState } from 'react';
import { arm, kill } from '#renderer/app/actions.ts';
import { type Gesture, paletteGesture } from '#renderer/state/commands/gesture.ts';
import { closeDialog } from '#renderer/state/shell.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import style from './TypedConfirm.module.css';

interface Confirmation {
  readonly title: string;
  readonly explains: string;
  readonly word: string;
  readonly run: (gesture: Gesture) => Promise<void>;
}

const CONFIRMATIONS: Readonly<Record<'arm' | 'kill', Confirmation>> = {
  arm: {
    title: 'Arm the keys',
    explains:
      'Armed keys send what is staged, inside their budget, until five minutes pass without a send or the window loses the focus.',
    word: 'ARM',
    run: arm,
  },
  kill: {
    title: 'Pull the kill switch',
    explains:
      'Blocks new orders, cancels working ones (protective stops stay), disarms the keys and stops automatic hedging. It never flattens: positions stay as they are.',
    word: 'KILL',
    run: kill,
  },
};

/** For people who cannot hold a key or a button: the same act by typing a word. */
export function TypedConfirm({ what }: { readonly what: 'arm' | 'kill' }) {
  const { title, explains, word, run } = CONFIRMATIONS[what];
  const [typed, setTyped] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const right = typed.trim().toUpperCase() === word;
  const confirm = (): void => {
    if (!right) return;
    closeDialog();
    void run(paletteGesture(`typed ${word}`));
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      width="narrow"
      initialFocus={field}
      title={title}
      foot={
        <>
          <Button onClick={closeDialog}>Leave it</Button>
          <Button look="primary" disabled={!right} onClick={confirm}>
            {title}
          </Button>
        </>
      }
    >
      <form
        className={style.form}
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <p>{explains}</p>
        <Field label={`Type ${word} to confirm`} ref={field} value={typed} onChange={setTyped} mono />
      </form>
    </Dialog>
  );
}
