// What the tray says and offers: ratios and distances only, ways out of trouble only, and none of them by one stray click.
import { describe, expect, it } from 'vitest';
import { marginHeadline, type TraySession, trayMenu } from '#main/app/tray-menu.ts';
import { DEFAULT_THRESHOLDS } from '#shared/control/margin-monitor.ts';
import type { AccountId, Currency } from '#shared/units/ids.ts';

function pool(account: string, distance: number | null, ratio: number): TraySession['pools'][number] {
  return { account: account as AccountId, currency: 'USDC' as Currency, ratio, distance, distanceSigmaDays: null };
}

const SESSION: TraySession = {
  keys: 'ARMED',
  ageMs: 200,
  thresholds: DEFAULT_THRESHOLDS,
  pools: [pool('options', 0.61, 0.13), pool('perps', 0.257, 0.55), pool('spot', null, 0)],
};
const acts = (session: TraySession | null) =>
  trayMenu(session).flatMap((one) => (one.kind === 'separator' || one.act === null ? [] : [one.act]));

describe('the tray', () => {
  it('tells the pool that is nearest to its liquidation', () => {
    expect(marginHeadline(SESSION)).toBe('Liquidation 26 % away: perps USDC, margin 55 %, watch');
    expect(marginHeadline({ ...SESSION, pools: [pool('spot', null, 0)] })).toBe('No liquidation within reach');
    expect(marginHeadline({ ...SESSION, pools: [pool('a', 0, Number.POSITIVE_INFINITY)] })).toMatch(
      /^Liquidation 0 % away: a USDC, margin over 100 %, critical$/,
    );
  });

  it('judges by the session’s own thresholds', () => {
    const thresholds = { ...DEFAULT_THRESHOLDS, ratio: { watch: 0.2, critical: 0.55 } };
    expect(marginHeadline({ ...SESSION, thresholds })).toMatch(/margin 55 %, critical$/);
  });

  it('says how old the figures are, and where there are none', () => {
    expect(marginHeadline({ ...SESSION, ageMs: 12_400 })).toMatch(/; figures 12 s old$/);
    expect(marginHeadline({ ...SESSION, ageMs: null })).toBe('No margin figures yet');
  });

  it('offers what makes things safer, as the keys allow, and nothing that arms or sends', () => {
    expect(acts(SESSION)).toEqual(['disarm', 'lock', 'cancel-all', 'kill', 'rehearse', 'show', 'alerts', 'quit']);
    expect(acts({ ...SESSION, keys: 'SAFE' })).toEqual(acts(SESSION).slice(1));
    expect(acts({ ...SESSION, keys: 'LOCKED' })).toEqual(acts(SESSION).slice(2));
    expect(acts(null)).toEqual(['show', 'quit']);
  });

  it('asks for a second step before it takes something away', () => {
    for (const entry of trayMenu(SESSION)) {
      if (entry.kind === 'separator') continue;
      expect(entry.kind === 'group', entry.text).toBe(entry.act === 'kill' || entry.act === 'cancel-all');
    }
  });
});
