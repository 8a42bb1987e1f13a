// What the trader sends with his own hand and main asks about once more: an order above the key's threshold, and money.
// Refused, nothing leaves and the journal has it; confirmed, it is sent as it was staged.
import { describe, expect, it } from 'vitest';
import { createByHand } from '#main/app/by-hand.ts';
import type { Confirm, Statement } from '#main/engine/confirm-port.ts';
import type { Gesture } from '#main/engine/key-rules.ts';
import { KEY_LIMITS, type KeyCard } from '#main/engine/signer-port.ts';
import { decimal } from '#shared/units/decimal.ts';
import { FaultError, fault, unwrap } from '#shared/units/result.ts';
import { SECOND } from '#shared/units/time.ts';
import { ACCOUNT, CLI, createEngineRoom, request } from '#test/support/engine-room.ts';

const CARD: KeyCard = {
  ...{ id: 'k1', venue: ACCOUNT.venue, account: ACCOUNT.id, kind: 'hmac-secret', publicId: 'c', addedAt: 0 },
  scopes: ['read', 'trade'],
  limits: { ...KEY_LIMITS, confirmUsd: 5_000 },
};

/** An engine with armed keys, and whoever is asked; `wait`: how long he takes. */
async function desk(answer: 'yes' | 'no', { environment = 'PAPER' as const, wait = 0 } = {}) {
  const room = createEngineRoom();
  await room.start();
  await room.arm();
  const asked: Statement[] = [];
  const confirm: Confirm = async (statement) => {
    asked.push(statement);
    await room.pass(wait);
    if (answer === 'no') throw new FaultError(fault('not-confirmed', 'not confirmed: refused by the trader'));
  };
  const { engine, clock } = room;
  const byHand = createByHand({ session: () => ({ environment, engine, clock }), confirm, cards: () => [CARD] });
  const own = { by: 'key', with: 'Ctrl+Enter', repeat: false, trusted: true, composing: false, heldMs: 0 } as const;
  const press = (): Gesture => ({ ...own, pressedAt: clock.now() });
  const stage = async (more: Parameters<typeof request>[0]) =>
    unwrap(await engine.stage([request(more)], 'ticket', { reportSeq: 1 }, CLI)).id;
  const commit = async (id: string) => unwrap(await engine.commit(id, await byHand.staged(id, press())));
  const refusals = () =>
    room.events().flatMap((one) => (one.type === 'command' && one.command.type === 'refuse' ? [one.command] : []));
  return { ...room, asked, byHand, press, stage, commit, refusals };
}

/** Coins at 7,000 USD each. */
const coins = (quantity: number) => ({ quantity: decimal(quantity) });

describe('an order of the trader’s own hand', () => {
  it('goes without asking up to the threshold of its key, and is shown above it', async () => {
    const { stage, commit, asked, venue, pass } = await desk('yes');
    await commit(await stage(coins(0.7)));
    expect(asked).toEqual([]);
    await pass(SECOND);
    await commit(await stage(coins(0.8)));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.lines.map(({ name, text }) => `${name}: ${text}`)).toEqual([
      expect.stringMatching(/^(Buys|Sells): 0\.8 BTC_USDC-PERPETUAL, as a limit order$/),
      expect.stringMatching(/^Worst price: \d+$/),
      expect.stringMatching(/^Worth: 5,\d{3}(\.\d+)? USD$/),
      `At: ${ACCOUNT.venue}, account ${ACCOUNT.id}`,
    ]);
    expect(venue.wire).toHaveLength(2);
  });

  it('that only reduces is never shown', async () => {
    const { stage, commit, asked } = await desk('yes');
    const id = await stage({ ...coins(0.9), reduceOnly: true });
    await commit(id).catch(() => undefined);
    expect(asked).toEqual([]);
  });

  it('that is refused leaves nothing but an entry in the journal', async () => {
    const { stage, commit, venue, engine, refusals } = await desk('no');
    const id = await stage(coins(1));
    await expect(commit(id)).rejects.toThrow('refused by the trader');
    expect(venue.wire).toEqual([]);
    expect(engine.staged).toEqual([]);
    expect(refusals()).toMatchObject([{ orders: [{ quantity: '1' }], cause: { with: 'Ctrl+Enter' } }]);
  });

  it('waits for the answer longer than staged orders live', async () => {
    const { stage, commit, venue } = await desk('yes', { wait: 30 * SECOND });
    await commit(await stage(coins(1)));
    expect(venue.wire).toHaveLength(1);
  });

  it('is not asked about where nothing could leave: keys that are safe', async () => {
    const { stage, commit, asked, engine } = await desk('yes');
    const id = await stage(coins(1));
    unwrap(await engine.disarm(CLI));
    await expect(commit(id)).rejects.toThrow('arm them');
    expect(asked).toEqual([]);
  });
});

describe('money', () => {
  it('that the gate would not let go is not asked about', async () => {
    const { byHand, press, asked } = await desk('yes');
    const transfer = { from: ACCOUNT.id, to: 'nowhere', currency: 'USDC', quantity: decimal(1) };
    await byHand.transfer(transfer, press());
    expect(asked).toEqual([]);
  });
});
