import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { KeyKind } from '#main/engine/signer-port.ts';
import { KDF_WANTED } from '#main/keys/kdf.ts';
import { createVault } from '#main/keys/vault.ts';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import { KEY as DERIBIT_KEY } from '#test/venues/deribit/keys.ts';
import { SESSION_ADDRESS, SESSION_KEY } from '#test/venues/derive/keys.ts';
import { AGENT, AGENT_KEY } from '#test/venues/hyperliquid/keys.ts';
import { KEY as OKX_KEY } from '#test/venues/okx/simulator.ts';

/** All simulators as one process, on ports that are free. */
export interface Simulators {
  /** As `--endpoint` takes it. */
  readonly endpoint: string;
  /** HTTP address of a simulator. */
  http(venue: string): string;
  /** `/sim/${what}` of a simulator. */
  control(venue: string, what: 'price' | 'fault' | 'time', body: object): Promise<void>;
  stop(): Promise<void>;
}

interface Ready {
  readonly endpoint: string;
  readonly venues: readonly { readonly venue: string; readonly control: string }[];
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

export async function startSimulators(): Promise<Simulators> {
  const script = join(ROOT, 'test/venues/start-all.ts');
  const child = spawn(NODE_24, [script, '--free'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = ended(child);
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const { endpoint, venues } = JSON.parse(line) as Ready;
  const controlOf = (venue: string): string => {
    const found = venues.find((one) => one.venue === venue);
    if (found === undefined) throw new Error(`no simulator ${venue}`);
    return found.control;
  };
  return {
    endpoint,
    http: (venue) => controlOf(venue).replace(/\/sim$/, ''),
    control: async (venue, what, body) => {
      const answer = await fetch(`${controlOf(venue)}/${what}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    stop: async () => {
      child.stdin.end();
      await gone;
    },
  };
}

const bytes = (hex: string): Buffer => Buffer.from(hex.slice(2), 'hex');

interface SimulatorKey {
  readonly venue: string;
  readonly kind: KeyKind;
  readonly publicId: string;
  readonly secret: () => Buffer;
}

const KEYS: readonly SimulatorKey[] = [
  {
    venue: 'deribit-sim',
    kind: 'hmac-secret',
    publicId: DERIBIT_KEY.id,
    secret: () => Buffer.from(DERIBIT_KEY.secret),
  },
  { venue: 'hyperliquid-sim', kind: 'secp256k1', publicId: AGENT, secret: () => bytes(AGENT_KEY) },
  { venue: 'derive-sim', kind: 'secp256k1', publicId: SESSION_ADDRESS, secret: () => bytes(SESSION_KEY) },
  {
    venue: 'okx-sim',
    kind: 'hmac-secret',
    publicId: OKX_KEY.apiKey,
    secret: () => Buffer.from(`${OKX_KEY.secret} ${OKX_KEY.password}`),
  },
];

/** A vault with the key of every simulator. */
export async function makeSimulatorVault(file: string, passphrase: string): Promise<void> {
  const vault = await createVault({ file }, Buffer.from(passphrase), KDF_WANTED);
  for (const { venue, kind, publicId, secret } of KEYS) {
    const card = { venue, account: venue, kind, publicId, scopes: ['read', 'trade'], addedAt: Date.now() } as const;
    vault.add(card, secret());
  }
  vault.close();
}
