import { describe, expect, it } from 'vitest';
import { type Arming, createArming } from '#main/engine/arming.ts';
import { createKeyRules, type KeyStamp } from '#main/engine/key-rules.ts';
import { DEFAULT_LIMITS } from '#main/engine/limits.ts';
import { decimal } from '#shared/units/decimal.ts';

const NOW = 1_000_000;
const BUDGET = { perOrderUsd: 10_000, sessionUsd: 20_000, ordersPerMinute: 5 };

function stamp(more: Partial<KeyStamp> = {}): KeyStamp {
  return {
    command: 'commit',
    by: 'key',
    with: 'Ctrl+Enter',
    pressedAt: NOW,
    repeat: false,
    trusted: true,
    composing: false,
    heldMs: 0,
    ...more,
  };
}

function codeOf(
  more: Partial<KeyStamp>,
  now = NOW,
  prepare?: (rules: ReturnType<typeof createKeyRules>) => void,
): string {
  const rules = createKeyRules(DEFAULT_LIMITS.keys);
  prepare?.(rules);
  const result = rules.admit(stamp(more), now);
  return result.ok ? 'admitted' : result.error.code;
}

describe('key rules (ui.md, Keys, rule 3)', () => {
  it('admits an ordinary press and tells its cause', () => {
    const result = createKeyRules(DEFAULT_LIMITS.keys).admit(stamp(), NOW + 20);
    expect(result).toEqual({ ok: true, value: { by: 'key', with: 'Ctrl+Enter', pressedAt: NOW } });
  });

  it('drops auto-repeat, untrusted events and composition, of keys only', () => {
    expect(codeOf({ repeat: true })).toBe('key-repeat');
    expect(codeOf({ trusted: false })).toBe('key-untrusted');
    expect(codeOf({ composing: true })).toBe('key-composing');
    expect(codeOf({ by: 'pointer', repeat: true, trusted: false, composing: true })).toBe('admitted');
  });

  it('drops what is handled more than 250 ms after the press, clicks too', () => {
    expect([codeOf({}, NOW + 249), codeOf({}, NOW + 250), codeOf({}, NOW + 251)]).toEqual([
      'admitted',
      'admitted',
      'key-late',
    ]);
    expect(codeOf({ by: 'pointer' }, NOW + 251)).toBe('key-late');
    expect(codeOf({ by: 'palette' }, NOW + 251)).toBe('key-late');
    expect(codeOf({}, NOW - 251)).toBe('key-late');
    expect(codeOf({ heldMs: 800 }, NOW + 1000)).toBe('admitted');
  });

  it('drops what carries no sound time', () => {
    expect(codeOf({ pressedAt: Number.NaN })).toBe('key-malformed');
    expect(codeOf({ heldMs: -5 })).toBe('key-malformed');
    expect(codeOf({ heldMs: Number.POSITIVE_INFINITY })).toBe('key-malformed');
  });

  it('drops keys within 300 ms of a focus, window or dialog change, and those pressed before it', () => {
    const changed = (ago: number) => (rules: ReturnType<typeof createKeyRules>) => rules.focusChanged(NOW - ago);
    expect([codeOf({}, NOW, changed(299)), codeOf({}, NOW, changed(300))]).toEqual(['key-focus', 'admitted']);
    expect(codeOf({ pressedAt: NOW - 100 }, NOW, changed(50))).toBe('key-focus');
    expect(codeOf({ by: 'pointer' }, NOW, changed(10))).toBe('admitted');
  });

  it('drops the same command and the same chord within 400 ms', () => {
    const rules = createKeyRules(DEFAULT_LIMITS.keys);
    const at = (ms: number, more: Partial<KeyStamp> = {}): string => {
      const result = rules.admit(stamp({ pressedAt: NOW + ms, ...more }), NOW + ms);
      return result.ok ? 'admitted' : result.error.code;
    };
    expect(at(0, { command: 'stage' })).toBe('admitted');
    // Ctrl+Enter stages and then commits: a bouncing key must not do both.
    expect(at(399, { command: 'commit' })).toBe('key-duplicate');
    expect(at(400, { command: 'commit' })).toBe('admitted');
    expect(at(500, { command: 'commit', with: 'button', by: 'pointer' })).toBe('key-duplicate');
    expect(at(500, { command: 'cancel', with: 'Delete' })).toBe('admitted');
  });

  it('does not let a dropped press prolong the window', () => {
    const rules = createKeyRules(DEFAULT_LIMITS.keys);
    const times = [0, 200, 390, 400].map((ms) => rules.admit(stamp({ pressedAt: NOW + ms }), NOW + ms).ok);
    expect(times).toEqual([true, false, false, true]);
  });
});

describe('arming', () => {
  function armed(): { arming: Arming; states: string[] } {
    const states: string[] = [];
    const arming = createArming(DEFAULT_LIMITS.arming, (_from, to) => states.push(`${to.state} ${to.reason.code}`));
    arming.arm(['options'], BUDGET, NOW);
    return { arming, states };
  }

  it('ends after five minutes without a send, counted anew from each send', () => {
    const { arming, states } = armed();
    expect(arming.status.until).toBe(NOW + 300_000);
    arming.tick(NOW + 299_999);
    arming.spend(decimal('100'), 1, NOW + 299_999);
    arming.tick(NOW + 599_998);
    expect(arming.status.state).toBe('ARMED');
    arming.tick(NOW + 599_999);
    expect(states.at(-1)).toBe('SAFE disarmed-idle');
  });

  it('ends after more than ten seconds without focus, also when no timer ran meanwhile', () => {
    const { arming, states } = armed();
    arming.blurred(NOW + 1000);
    expect(arming.status.until).toBe(NOW + 11_000);
    arming.tick(NOW + 11_000);
    expect(arming.status.state).toBe('ARMED');
    arming.focused(NOW + 11_001);
    expect(states.at(-1)).toBe('SAFE disarmed-blur');
  });

  it('keeps what was used and ends with the budget', () => {
    const { arming, states } = armed();
    arming.spend(decimal('12000.5'), 2, NOW + 1);
    expect(arming.status.leftUsd).toBe('7999.5');
    expect(arming.ordersInLastMinute(NOW + 60_000)).toBe(2);
    expect(arming.ordersInLastMinute(NOW + 60_001)).toBe(0);
    arming.spend(decimal('7999.5'), 1, NOW + 2);
    expect(states.at(-1)).toBe('SAFE disarmed-budget');
  });

  it('starts a new budget each time it is armed', () => {
    const { arming } = armed();
    arming.spend(decimal('15000'), 1, NOW);
    arming.arm(['options'], BUDGET, NOW + 10);
    expect(arming.status.usedUsd).toBe('0');
  });

  it('only its own accounts disarm it', () => {
    const { arming } = armed();
    arming.disarmAccount('other', { code: 'x', message: '' });
    expect(arming.status.state).toBe('ARMED');
    arming.disarmAccount('options', { code: 'x', message: '' });
    expect(arming.status.state).toBe('SAFE');
  });

  it('cannot be armed while locked, without accounts or beyond the limits', () => {
    const arming = createArming(DEFAULT_LIMITS.arming, () => undefined);
    const codeAfter = (accounts: string[], budget: typeof BUDGET): string => {
      const result = arming.arm(accounts, budget, NOW);
      return result.ok ? 'armed' : result.error.code;
    };
    expect(codeAfter([], BUDGET)).toBe('arm-accounts');
    expect(codeAfter(['options'], { ...BUDGET, perOrderUsd: 500_001 })).toBe('arm-budget');
    expect(codeAfter(['options'], { ...BUDGET, sessionUsd: Number.NaN })).toBe('arm-budget');
    expect(codeAfter(['options'], { ...BUDGET, ordersPerMinute: 0 })).toBe('arm-budget');
    arming.lock({ code: 'locked', message: '' });
    expect(codeAfter(['options'], BUDGET)).toBe('keys-locked');
    arming.unlock({ code: 'unlocked', message: '' });
    expect(codeAfter(['options'], BUDGET)).toBe('armed');
  });
});
