/** Message that carries a {@link SecretPrompt} and the signer's port into main's own window. */
export const SECRET_MESSAGE = 'keel:secret';
/** What that window sends when the trader thinks better of it. */
export const SECRET_CANCEL = 'keel:secret-cancel';

/** What the window asks for. */
export interface SecretPrompt {
  /** The question to the signer, without the secret. */
  readonly words: object;
  readonly title: string;
  readonly about: string;
  readonly label: string;
  readonly action: string;
  /** A new passphrase is typed twice, for it cannot be seen. */
  readonly twice: boolean;
  /** What went wrong with the last one. */
  readonly problem: string | null;
  readonly theme: 'dark' | 'light';
}
