import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Answer, KeelBridge, MethodInput, MethodName, MethodOutput } from '#shared/ipc/contract.ts';

const PATIENCE_MS = 60_000;

/** A profile whose trader has seen the tour. */
export function newProfile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keel-bench-'));
  mkdirSync(join(folder, 'settings'));
  writeFileSync(join(folder, 'settings', 'tour.txt'), 'seen');
  return folder;
}

export function removeProfile(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

declare global {
  interface Window {
    readonly keel: KeelBridge;
  }
}

/** Asks main through the page's own bridge; a fault ends the bench. */
export async function ask<M extends MethodName>(
  page: Page,
  method: M,
  input: MethodInput<M>,
): Promise<MethodOutput<M>> {
  const answer: Answer<MethodOutput<M>> = await page.evaluate(
    ({ name, question }) => {
      const call: (input: never) => Promise<Answer<MethodOutput<M>>> = window.keel[name];
      return call(question as never);
    },
    { name: method, question: input } as never,
  );
  if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
  return answer.value;
}

/** Waits until the Positions grid shows figures. Looks with every frame, so that it may be timed. */
export async function rowsOnScreen(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('[aria-label="Positions"] [role="gridcell"]')].some((cell) =>
        /\d/.test(cell.textContent ?? ''),
      ),
    undefined,
    { timeout: PATIENCE_MS },
  );
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a question to the main process again where its inspector lost the answer to a garbage collection. */
export async function inMain<T>(question: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await question();
    } catch (thrown) {
      if (tries === 3 || !(thrown instanceof Error && /garbage collected/.test(thrown.message))) throw thrown;
    }
  }
}
