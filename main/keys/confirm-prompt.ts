import type { Statement } from '#main/engine/confirm-port.ts';

/** Message that carries a {@link ConfirmPrompt} into main's own window. */
export const CONFIRM_MESSAGE = 'keel:confirm';
/** What that window answers: true or false. */
export const CONFIRM_ANSWER = 'keel:confirm-answer';

/** What the window shows. */
export interface ConfirmPrompt extends Statement {
  /** Nothing can be confirmed sooner after the window has got the keyboard, ms. */
  readonly waitMs: number;
  readonly theme: 'dark' | 'light';
}
