// Private keys from the command line: from cast's keystore into the vault and back, typed, limited, recovered, and under
// another passphrase. The secrets come on standard input, the tools are the real ones.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { NODE_24, ROOT } from '#scripts/checkout.mjs';
import { foundryPath } from '#test/support/foundry.ts';

const folder = mkdtempSync(join(tmpdir(), 'keel-keystores-'));
const [vault, theirs, ours, recovery] = ['vault.json', 'theirs', 'ours', 'recovery'].map((name) => join(folder, name));
const [PASSPHRASE, CHANGED, PASSWORD] = ['the passphrase of a vault', 'another passphrase of it', 'pass of a keystore'];
const key = generatePrivateKey();
const address = privateKeyToAddress(key);

function keel(
  args: readonly string[],
  secrets: readonly string[],
): { status: number | null; said: string; out: string } {
  const cli = join(ROOT, 'out', 'cli', 'keel.js');
  const { status, stderr, stdout } = spawnSync(NODE_24, [cli, 'keys', ...args, '--vault', vault ?? ''], {
    input: secrets.map((one) => `${one}\n`).join(''),
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`, out: stdout };
}
function cast(args: readonly string[]): string {
  const env = { HOME: folder, PATH: '', NO_COLOR: '1' };
  return execFileSync(foundryPath('cast'), ['wallet', ...args, '--unsafe-password', PASSWORD], {
    encoding: 'utf8',
    env,
  });
}
const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const cards = (): readonly {
  id: string;
  publicId: string;
  limits?: { perOrderUsd: number; only: string[] | null };
}[] => JSON.parse(keel(['list'], []).out);

describe('keys from the command line', () => {
  test('a keystore of cast goes into the vault, with its address and limits', () => {
    cast(['import', 'theirs', '--keystore-dir', folder, '--private-key', key]);
    const terms = ['--venue', 'hyperliquid-testnet', '--per-order', '1000', '--only', '0,1', '--confirm-above', '500'];
    const tokens = (list: string) => ['import', '--keystore', theirs ?? '', ...terms, '--tokens', list];
    const { status, said } = keel(tokens(`USDC ${USDC} 6 50000 200000`), [PASSPHRASE, PASSWORD]);
    expect(said).toContain(address);
    expect(status).toBe(0);
    const limited = { token: USDC, symbol: 'USDC', decimals: 6, perTransaction: '50000', perDay: '200000' };
    const limits = { perOrderUsd: 1_000, only: ['0', '1'], confirmUsd: 500, tokens: [limited] };
    expect(cards()).toMatchObject([{ publicId: address, limits }]);
    expect(keel(tokens(`USDC ${USDC} six 1 2`), []).said).toContain('expected SYMBOL CONTRACT DECIMALS');
  });

  test('what is exported cast opens, and it overwrites nothing', () => {
    const [card] = cards();
    const asked = ['export', card?.id ?? '', '--keystore', ours ?? ''];
    expect(keel(asked, [PASSPHRASE, PASSWORD]).status).toBe(0);
    expect(cast(['decrypt-keystore', 'ours', '--keystore-dir', folder])).toContain(key);
    expect(keel(asked, []).said).toContain('is there already');
  });

  test('a typed key must be the one of its address', () => {
    const typed = ['add', '--venue', 'derive-testnet', '--address'];
    const other = privateKeyToAddress(generatePrivateKey());
    expect(keel([...typed, other], [PASSPHRASE, key]).said).toContain(`expected the key of ${other}`);
    expect(keel([...typed, address], [PASSPHRASE, key.slice(2)]).status).toBe(0);
    expect(cards()).toHaveLength(2);
  });

  test('a bad keystore is told with its field', () => {
    const file = join(folder, 'bad');
    writeFileSync(file, readFileSync(theirs ?? '', 'utf8').replace('aes-128-ctr', 'aes-256-xyz'));
    const { status, said } = keel(['import', '--venue', 'derive', '--keystore', file], [PASSPHRASE, PASSWORD]);
    expect(said).toMatch(/bad, line \d+, crypto\.cipher: expected "aes-128-ctr"/);
    expect(status).toBe(2);
  });

  test('another passphrase opens the vault, the old one does not, and the recovery file always does', () => {
    expect(keel(['recovery', '--out', recovery ?? ''], [PASSPHRASE]).status).toBe(0);
    expect(keel(['passphrase'], [PASSPHRASE, CHANGED]).status).toBe(0);
    const [card] = cards();
    const widened = ['limit', card?.id ?? '', '--only', 'all'];
    expect(keel(widened, [PASSPHRASE]).said).toContain('does not open');
    expect(keel(widened, [CHANGED]).status).toBe(0);
    expect(keel(['recover', '--from', recovery ?? ''], ['a third passphrase']).status).toBe(0);
    expect(keel(['remove', card?.id ?? ''], ['a third passphrase']).status).toBe(0);
    expect(cards()).toMatchObject([{ publicId: address }]);
  });
});
