/** Adds keys to the vault named by its first argument until it is killed, and says each one once it is saved. */
import { openVault } from '#main/keys/vault.ts';
import { CARD, CHEAP, CHEAP_BOUNDS, PASSPHRASE } from './samples.ts';

const vault = await openVault({ file: process.argv[2] ?? '', bounds: CHEAP_BOUNDS, wanted: CHEAP }, PASSPHRASE);
for (;;) {
  vault.add({ ...CARD, publicId: `client-${vault.cards.length}` }, Buffer.from(`secret-${vault.cards.length}`));
  process.stdout.write(`${vault.cards.length}\n`);
  // The vault takes 500 keys: a life of this process adds far fewer.
  await new Promise((resolve) => setImmediate(resolve));
}
