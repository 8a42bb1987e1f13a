import { z } from 'zod';
import { amissLine, type Confirm, line, type StatementLine } from '#main/engine/confirm-port.ts';
import { KEY_LIMITS, type KeyCard } from '#main/engine/signer-port.ts';
import { loadBytes, saveKeepingLast } from '#main/keys/save.ts';
import { readJson } from '#shared/units/reading.ts';
import { isoSeconds } from '#shared/units/time.ts';

const used = z.array(z.string().max(200)).max(10_000);

/** Asks about those of the keys that were never used. Rejects with `not-confirmed`. */
export type LetUse = (keys: readonly KeyCard[]) => Promise<void>;

function linesOf({ id, venue, account, publicId, scopes, addedAt, limits = KEY_LIMITS }: KeyCard) {
  const rights = `it may ${scopes.join(', ')}`;
  const may = scopes.includes('withdraw') || scopes.includes('transfer') ? amissLine : line;
  const { perOrderUsd, perDayUsd, only } = limits;
  const most = `${perOrderUsd} USD an order, ${perDayUsd} a day`;
  return [
    line(venue, `key ${id} for the account ${account}, added ${isoSeconds(addedAt)}`),
    line('', publicId),
    may('', rights),
    line('', only === null ? most : `${most}, only ${only.join(' ')}`),
  ] satisfies readonly StatementLine[];
}

/**
 * A key that nobody here ever used signs nothing before the trader has seen its card: one that was put into the vault
 * while he looked elsewhere is noticed. `file` keeps the ids of those that he let be used.
 */
export function createFirstUse(file: string, confirm: Confirm): LetUse {
  return async (keys) => {
    const bytes = loadBytes(file);
    const known = bytes === null ? [] : readJson(used, Buffer.from(bytes).toString('utf8'), file);
    const fresh = keys.filter((one) => !known.includes(one.id));
    if (fresh.length === 0) return;
    const what = fresh.length === 1 ? 'a key' : `${fresh.length} keys`;
    await confirm({
      title: `Use ${what} for the first time?`,
      about: 'From now on it signs by itself, within its limits, while the vault is open.',
      lines: fresh.flatMap(linesOf),
    });
    saveKeepingLast(file, `${JSON.stringify([...known, ...fresh.map((one) => one.id)])}\n`);
  };
}
