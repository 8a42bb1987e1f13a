import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';

/** The Deribit simulator as a process of its own, with a key that only the test knows. */
export interface SimulatorProcess {
  readonly rest: string;
  readonly ws: string;
  /** Calls a method of the venue's API as the account's owner would from elsewhere. */
  call<T>(method: string, parameters?: Readonly<Record<string, string | number>>): Promise<T>;
  /** `/sim/${what}`. */
  control(what: 'price' | 'fault' | 'time', body: object): Promise<void>;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly secret: string;
  readonly scope?: string;
}

/** The account's owner at a simulator, from elsewhere. */
export async function deribitOwner(rest: string, secret: string): Promise<SimulatorProcess['call']> {
  let token = '';
  const call = async <T>(method: string, parameters: object = {}): Promise<T> => {
    const query = new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, String(value)]));
    const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${rest}/api/v2/${method}?${query}`, { headers });
    const { result, error } = (await answer.json()) as { result: T; error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const credentials = { grant_type: 'client_credentials', client_id: 'sim-key', client_secret: secret };
  token = (await call<{ access_token: string }>('public/auth', credentials)).access_token;
  return call;
}

export async function startDeribitSimulator({ secret, scope }: SimulatorOptions): Promise<SimulatorProcess> {
  const env = { ...process.env, KEEL_SIM_SECRET: secret, ...(scope === undefined ? {} : { KEEL_SIM_SCOPE: scope }) };
  const script = join(ROOT, 'test/venues/deribit/start.ts');
  const child = spawn(NODE_24, [script, '--port', '0'], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const { rest, ws } = JSON.parse(line) as { rest: string; ws: string };
  return {
    rest,
    ws,
    call: await deribitOwner(rest, secret),
    control: async (what, body) => {
      const answer = await fetch(`${rest}/sim/${what}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
