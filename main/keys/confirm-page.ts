import { ipcRenderer } from 'electron';
import { CONFIRM_ANSWER, CONFIRM_MESSAGE, type ConfirmPrompt } from './confirm-prompt.ts';
import { element, type PageElement, type PageKey, page } from './page-elements.ts';

declare const window: {
  addEventListener(event: 'focus' | 'blur' | 'keydown', listener: (event: PageKey) => void): void;
};

let shown: ConfirmPrompt | null = null;
let waiting: NodeJS.Timeout | undefined;

/** From now on it takes the whole wait again until something can be confirmed. */
function wait(): void {
  if (shown === null) return;
  clearTimeout(waiting);
  element('confirm').disabled = true;
  waiting = setTimeout(() => {
    element('confirm').disabled = false;
  }, shown.waitMs);
}

function lineElements({ name, text, amiss }: ConfirmPrompt['lines'][number]): readonly PageElement[] {
  const [term, said] = [page().createElement('dt'), page().createElement('dd')];
  term.textContent = name;
  // Nothing but text: names of tokens and contracts come from elsewhere.
  said.textContent = amiss ? `⚠ ${text}` : text;
  if (amiss) said.className = 'amiss';
  return [term, said];
}

function show(prompt: ConfirmPrompt): void {
  shown = prompt;
  page().documentElement.dataset.theme = prompt.theme;
  page().title = prompt.title;
  element('form').hidden = true;
  element('statement').hidden = false;
  element('statement-title').textContent = prompt.title;
  element('statement-about').textContent = prompt.about;
  element('lines').replaceChildren(...prompt.lines.flatMap(lineElements));
  // Enter does nothing where no button has the focus.
  element('lines').focus();
  wait();
}

function answer(confirmed: boolean): void {
  if (shown === null) return;
  shown = null;
  ipcRenderer.send(CONFIRM_ANSWER, confirmed);
}

/** The other face of main's own page: something to be confirmed, and the two answers to it. */
export function listenForStatements(): void {
  ipcRenderer.on(CONFIRM_MESSAGE, (_event, prompt: ConfirmPrompt) => show(prompt));
  element('confirm').addEventListener('click', ({ isTrusted }) => {
    if (isTrusted && !element('confirm').disabled) answer(true);
  });
  element('refuse').addEventListener('click', () => answer(false));
  window.addEventListener('focus', wait);
  window.addEventListener('keydown', (event) => {
    if (shown === null) return;
    if (event.key === 'Escape') answer(false);
    // A key that is held down since before the window came is no answer.
    if (event.key === 'Enter' && event.repeat) event.preventDefault();
  });
}
