// A key that was never used is shown before it signs anything, once; refused, it is shown again the next time.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFirstUse } from '#main/app/first-use.ts';
import type { Statement } from '#main/engine/confirm-port.ts';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { FaultError, fault } from '#shared/units/result.ts';

const card = (id: string, scopes: KeyCard['scopes'] = ['read', 'trade']): KeyCard => ({
  ...{
    id,
    venue: 'deribit',
    account: 'main',
    kind: 'hmac-secret',
    publicId: `client-${id}`,
    addedAt: 1_584_000_000_000,
  },
  scopes,
});

function desk() {
  const file = join(mkdtempSync(join(tmpdir(), 'keel-used-')), 'vault.json.used');
  const asked: Statement[] = [];
  const answer = { refused: false };
  const letUse = createFirstUse(file, async (statement) => {
    asked.push(statement);
    if (answer.refused) throw new FaultError(fault('not-confirmed', 'not confirmed: refused by the trader'));
  });
  return { letUse, asked, answer, again: () => createFirstUse(file, fails) };
}
const fails = (): Promise<void> => Promise.reject(new Error('asked again'));

describe('a key that was never used', () => {
  it('is shown once, also over a restart, and only the new ones are', async () => {
    const { letUse, asked, again } = desk();
    await letUse([]);
    await letUse([card('a')]);
    await letUse([card('a'), card('b')]);
    expect(asked.map(({ title }) => title)).toEqual(['Use a key for the first time?', 'Use a key for the first time?']);
    expect(asked[1]?.lines.map(({ text }) => text)).toContain('client-b');
    expect(asked[1]?.lines.map(({ text }) => text)).not.toContain('client-a');
    await again()([card('a'), card('b')]);
  });

  it('that is refused is asked about again', async () => {
    const { letUse, asked, answer } = desk();
    answer.refused = true;
    await expect(letUse([card('a')])).rejects.toThrow('refused by the trader');
    answer.refused = false;
    await letUse([card('a')]);
    expect(asked).toHaveLength(2);
  });

  it('is marked where it may move money out', async () => {
    const { letUse, asked } = desk();
    await letUse([card('a'), card('b', ['read', 'trade', 'withdraw'])]);
    expect(asked[0]?.lines.filter((one) => one.amiss).map(({ text }) => text)).toEqual([
      'it may read, trade, withdraw',
    ]);
  });
});
