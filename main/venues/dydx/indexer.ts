import { FaultError, fault, toFault } from '#shared/units/result.ts';
import type { AskIndexer } from './adapter.ts';
import type { DydxConfig } from './config.ts';
import { readJson } from './wire.ts';

/** An indexer over HTTP. Nothing is followed elsewhere, and nothing is sent but the question. */
export function askIndexer({ url, venue, limits }: Pick<DydxConfig, 'url' | 'venue' | 'limits'>): AskIndexer {
  const noAnswer = (path: string, why: string) =>
    new FaultError(fault('no-answer', `${venue} did not answer ${path.split('/')[0]}: ${why}`, { venue }));
  return async (path) => {
    let text: string;
    try {
      const answer = await fetch(new URL(`/v4/${path}`, url), {
        redirect: 'error',
        signal: AbortSignal.timeout(limits.answerMs),
      });
      if (!answer.ok) throw noAnswer(path, `HTTP ${answer.status}`);
      if (Number(answer.headers.get('content-length') ?? 0) > limits.letters) throw noAnswer(path, 'too long');
      text = await answer.text();
    } catch (thrown) {
      if (thrown instanceof FaultError) throw thrown;
      throw noAnswer(path, toFault(thrown).message);
    }
    if (text.length > limits.letters) throw noAnswer(path, 'too long');
    return readJson(text);
  };
}
