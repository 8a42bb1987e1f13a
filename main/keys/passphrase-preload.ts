/**
 * The preload of main's own windows. Their page has no script: a secret that is typed is read here, put into the frame of
 * its question as bytes, and goes through the port to the signer; main sees neither. What is to be confirmed is written
 * and answered in `confirm-page.ts`.
 */
import { ipcRenderer } from 'electron';
import { listenForStatements } from './confirm-page.ts';
import { packFrame } from './frames.ts';
import { element, type PageKey, page } from './page-elements.ts';
import { SECRET_CANCEL, SECRET_MESSAGE, type SecretPrompt } from './secret-prompt.ts';

interface Port {
  postMessage(message: unknown): void;
}

declare const window: {
  addEventListener(event: 'DOMContentLoaded' | 'keydown', listener: (event: PageKey) => void): void;
};

let waiting: { readonly words: object; readonly port: Port; readonly twice: boolean } | null = null;

function say(problem: string | null): void {
  const place = element('problem');
  place.textContent = problem ?? '';
  place.hidden = problem === null;
}

function ask(prompt: SecretPrompt, port: Port): void {
  waiting = { words: prompt.words, port, twice: prompt.twice };
  page().documentElement.dataset.theme = prompt.theme;
  page().title = prompt.title;
  element('title').textContent = prompt.title;
  element('about').textContent = prompt.about;
  element('label').textContent = prompt.label;
  element('repeat').hidden = !prompt.twice;
  element('send').textContent = prompt.action;
  element('send').disabled = false;
  say(prompt.problem);
  element('secret').focus();
}

function problemWith(secret: string, again: string, twice: boolean): string | null {
  if (secret === '') return 'Nothing was typed.';
  return twice && secret !== again ? 'The two differ.' : null;
}

function send(): void {
  if (waiting === null) return;
  const [secret, again] = [element('secret'), element('again')];
  const problem = problemWith(secret.value, again.value, waiting.twice);
  say(problem);
  if (problem !== null) return;
  const bytes = new TextEncoder().encode(secret.value);
  const frame = packFrame(waiting.words, bytes);
  waiting.port.postMessage(new Uint8Array(frame));
  bytes.fill(0);
  frame.fill(0);
  secret.value = '';
  again.value = '';
  waiting = null;
  element('send').disabled = true;
  element('about').textContent = 'Opening: this takes a moment, as it should.';
}

ipcRenderer.on(SECRET_MESSAGE, (event, prompt: SecretPrompt) => {
  const [port] = event.ports;
  if (port !== undefined) ask(prompt, port);
});

window.addEventListener('DOMContentLoaded', () => {
  listenForStatements();
  element('form').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  element('cancel').addEventListener('click', () => ipcRenderer.send(SECRET_CANCEL));
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !element('form').hidden) ipcRenderer.send(SECRET_CANCEL);
  });
});
