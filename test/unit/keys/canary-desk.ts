// A desk whose keys are canaries: it opens the vault, trades with signatures of every kind, keeps its journal, writes down
// every message that passes between it and the signer, and is locked or crashed as its input says. No key is ever here.
import { appendFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '#main/engine/engine.ts';
import { limitsFrom } from '#main/engine/limits.ts';
import type { KeyCard } from '#main/engine/signer-port.ts';
import { spawnNodeSigner } from '#main/keys/node-signer.ts';
import { createSignerHost, type SignerHost } from '#main/keys/signer-host.ts';
import { createJournal } from '#main/store/journal.ts';
import { vaultSigner as deribitSigner } from '#main/venues/deribit/signer.ts';
import { TESTNET } from '#main/venues/derive/config.ts';
import { vaultSigner as deriveSigner } from '#main/venues/derive/signer.ts';
import { vaultSigner as chainSigner } from '#main/venues/evm/signer.ts';
import { vaultSigner as hyperliquidSigner } from '#main/venues/hyperliquid/signer.ts';
import { ROOT } from '#scripts/checkout.mjs';
import type { Order } from '#shared/domain/order.ts';
import { decimal } from '#shared/units/decimal.ts';
import { toFault, unwrap } from '#shared/units/result.ts';
import { LINEAR_PERPETUAL } from '#test/support/domain.ts';
import { ACCOUNT, CLI, createFakeRisk, MARKS, request } from '#test/support/engine-room.ts';
import { createFakeVenue } from '#test/support/fake-venue.ts';
import { createManualClock, settle } from '#test/support/manual-clock.ts';

const [folder = '', flows = '1'] = process.argv.slice(2);
const NOW = Date.now();
const ASSET = '0xBcB494059969DAaB460E0B5d4f5c2366aab79aa1';

/** One line of standard input, as bytes. */
function nextLine(): Buffer {
  const [line, one] = [Buffer.alloc(200), Buffer.alloc(1)];
  let length = 0;
  while (readSync(0, one, 0, 1, null) === 1 && one[0] !== 10) line[length++] = one[0] ?? 0;
  const taken = Buffer.from(line.subarray(0, length));
  line.fill(0);
  one.fill(0);
  return taken;
}

/** The signer, every message to and from it written down; the one with the passphrase without it. */
function recorded(): SignerHost {
  const keep = (frame: Uint8Array): void => appendFileSync(join(folder, 'ipc.bin'), frame);
  return createSignerHost(() => {
    const signer = spawnNodeSigner(join(ROOT, 'main/keys/signer-process.ts'), join(folder, 'vault.json'));
    let first = true;
    return {
      ...signer,
      send: (frame) => {
        if (!first) keep(Buffer.from(frame));
        first = false;
        signer.send(frame);
      },
      onFrame: (take) =>
        signer.onFrame((frame) => {
          keep(frame);
          take(frame);
        }),
    };
  });
}

/** Everything that is signed of one order, at every venue. */
async function signAll(signer: SignerHost, cards: readonly KeyCard[], order: Order, nonce: number): Promise<void> {
  const [hmac, agent] = cards;
  if (hmac === undefined || agent === undefined) throw new Error('expected two keys');
  await deribitSigner(signer, hmac).sign({ timestamp: NOW + nonce, nonce: `n${nonce}` });
  const [price, size] = [order.limit ?? decimal(1), order.quantity];
  const leg = {
    a: 0,
    b: order.side === 'buy',
    p: price,
    s: size,
    r: false,
    t: { limit: { tif: 'Gtc' } },
    c: `0x${'0'.repeat(32)}`,
  };
  const action = { type: 'order', orders: [leg], grouping: 'na' } as const;
  const until = { nonce: NOW + nonce, expiresAfter: null, testnet: true };
  await hyperliquidSigner(signer, agent).sign({ action, ...until, approved: [order] });
  // What is refused leaves as little behind as what is signed.
  const refused = hyperliquidSigner(signer, agent).sign({ action, ...until, approved: [] });
  await refused.then(
    () => Promise.reject(new Error('an order that nobody approved was signed')),
    (thrown: unknown) => process.stderr.write(`${toFault(thrown).message}\n`),
  );
  const derive = { ...agent, id: cards[2]?.id ?? '' };
  const head = {
    subaccount: 1,
    nonce: BigInt(NOW + nonce),
    expirySeconds: 2_000_000_000,
    owner: ASSET,
    signer: ASSET,
  } as const;
  const terms = {
    asset: ASSET,
    subId: 0n,
    limit: price,
    amount: size,
    maxFee: decimal(1),
    isBid: order.side === 'buy',
  } as const;
  await deriveSigner(signer, derive).signOrder({ chain: TESTNET.chain, head, terms, approved: order });
  const account = chainSigner(signer, { ...agent, id: cards[3]?.id ?? '' });
  const fees = { gas: 21_000n, maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n };
  await account.signTransaction({ type: 'eip1559', chainId: 1, to: account.address, nonce, ...fees });
}

async function run(): Promise<void> {
  const passphrase = nextLine();
  const signer = recorded();
  const cards = await signer.unlock(passphrase, null);
  const clock = createManualClock(NOW);
  const venue = createFakeVenue({
    id: ACCOUNT.venue,
    now: clock.now,
    accounts: [ACCOUNT],
    instruments: [LINEAR_PERPETUAL],
    balances: [{ account: ACCOUNT.id, currency: 'USDC', cash: decimal('1000000') }],
  });
  const real = venue.execute;
  let nonce = 0;
  venue.execute = async (command) => {
    if (command.type === 'place') for (const order of command.orders) await signAll(signer, cards, order, ++nonce);
    return real(command);
  };
  const journal = createJournal(join(folder, 'session.db'));
  const session = { profile: 'demo', tape: 'canaries', seed: 1 };
  const risk = createFakeRisk();
  const parts = {
    clock,
    journal,
    adapters: [venue],
    limits: unwrap(limitsFrom({})),
    installId: 'canary',
    autoResume: true,
  };
  const engine = createEngine({ ...parts, session, risk });
  unwrap(await engine.start());
  for (let flow = 0; flow < Number(flows); flow++) {
    await clock.advance(1_000);
    venue.quote({ [LINEAR_PERPETUAL.id]: MARKS[LINEAR_PERPETUAL.id] ?? 0 });
    risk.report();
    await engine.arm({ accounts: [ACCOUNT.id], budget: null }, CLI);
    venue.script(flow % 2 === 0 ? 'fill' : 'accept');
    const group = unwrap(
      await engine.submitNow([request({ limit: decimal(7_000 + flow) })], 'cli', { reportSeq: 1 }, CLI),
    ).group;
    await engine.whenAnswered(group);
    await settle();
  }
  const states = [...engine.book.orders.values()].map(({ state }) => state);
  writeSync(1, `traded ${JSON.stringify({ signer: signer.pid, states })}\n`);
  nextLine();
  await signer.lock();
  writeSync(1, 'locked\n');
  nextLine();
  process.abort();
}

await run();
