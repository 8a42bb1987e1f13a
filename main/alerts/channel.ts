import type { Alert } from '#shared/control/alert-rules.ts';

/** A way an alert leaves the window. */
export interface AlertChannel {
  /** For the log: "ntfy desk", never a token. */
  readonly name: string;
  /** Rejects where it was not taken. */
  send(alert: Alert): Promise<void>;
}

/** One HTTP request; the answer's status. Rejects where there is none. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number>;

const ANSWER_MS = 5_000;

export const post: Post = async (url, headers, body) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  });
  // Nobody reads the answer; it is let go so that the connection is free.
  await answer.body?.cancel();
  return answer.status;
};
