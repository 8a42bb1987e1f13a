import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeDesk,
  type Desk,
  figure,
  gridRows,
  metric,
  newProfile,
  openDesk,
  PATIENCE,
  reportOnScreen,
  told,
  tradingState,
} from '#test/support/electron-desk.ts';
import { press } from '#test/support/keyboard.ts';

/** Scene 1 of the trader's day: from nothing to a running book in one key press. */
describe('the first minute', () => {
  let desk: Desk;
  let window: Page;

  beforeAll(async () => {
    desk = await openDesk(newProfile('new'));
    window = desk.window;
  });
  afterAll(() => closeDesk(desk));

  const tape = () => told(window, 'tape.control', {});
  const tour = () => window.getByRole('complementary', { name: /^Tour, step/ });

  test('Enter on the start screen opens the book on 12 March 2020', async () => {
    await window.getByRole('heading', { name: 'Start on a tape' }).waitFor();
    expect(await window.getByRole('heading', { name: 'Continue' }).count()).toBe(0);
    await expect
      .poll(() => window.locator(':focus').innerText(), PATIENCE)
      .toContain('starts 12 Mar 2020 09:00:00 UTC');
    await press(window, 'Enter');
    await reportOnScreen(window);
    expect(await window.getByRole('group', { name: /^Tape: 12–13 March 2020/ }).innerText()).toMatch(
      /12 Mar 2020\s+09:/,
    );
    expect(await tradingState(window)).toBe('ACTIVE');
    expect(await window.getByText('DEMO', { exact: true }).isVisible()).toBe(true);
  });

  test('the tour comes at the first start and one key ends it', async () => {
    await tour().waitFor();
    await press(window, 'Escape');
    await tour().waitFor({ state: 'detached' });
  });

  test('the book of both accounts is on screen', async () => {
    const names = async () => (await gridRows(window, 'Positions')).map((row) => row.Instrument ?? '');
    await expect
      .poll(names, PATIENCE)
      .toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^BTC cash.*Deribit/),
          expect.stringMatching(/^BTC cash.*Hyperliquid/),
          expect.stringMatching(/^PERP.*Deribit/),
          expect.stringMatching(/^PERP.*USDC Hyperliquid/),
          expect.stringMatching(/^FUT 26 Jun 20.*Deribit/),
          expect.stringMatching(/^P 6,500.*Deribit/),
          expect.stringMatching(/^P 6,000.*USDC Deribit/),
        ]),
      );
  });

  test('the header has every figure of the book', async () => {
    for (const label of ['Net Δ', 'Γ', 'Vega', 'Θ / day', 'uPnL', 'Day P&L', 'BTC', 'Report']) {
      expect(figure(await metric(window, label).innerText()), label).not.toBeNaN();
    }
    // Short strangles: short gamma and vega, and time pays.
    expect(figure(await metric(window, 'Γ').innerText())).toBeLessThan(0);
    expect(figure(await metric(window, 'Vega').innerText())).toBeLessThan(0);
    expect(figure(await metric(window, 'Θ / day').innerText())).toBeGreaterThan(0);
    expect(await metric(window, 'Hedge band').innerText()).toMatch(/(inside|outside) band/);
  });

  test('the scenario map is painted and its worst cell named', async () => {
    const map = window.getByRole('grid', { name: /^Book, k?USD: vol by spot$/ });
    const colours = () =>
      map.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        const seen = new Set<number>();
        for (let at = 0; at < pixels.length; at += 4) {
          seen.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
        }
        return seen.size;
      });
    await expect.poll(colours, PATIENCE).toBeGreaterThan(20);
    await expect
      .poll(
        () =>
          window
            .getByText(/^Worst cell/)
            .first()
            .innerText(),
        PATIENCE,
      )
      .toMatch(/USD at spot/);
  });

  test('the tape moves, pauses and runs faster by key', async () => {
    const before = await tape();
    expect(before).toMatchObject({ id: 'march-2020', paused: false, speed: 60 });
    await expect.poll(async () => (await tape()).now, PATIENCE).toBeGreaterThan(before.now + 60_000);

    await press(window, 'Ctrl+Space');
    await window.getByRole('button', { name: 'Play the tape' }).waitFor();
    const stopped = await tape();
    // Several reports later it is still the same moment.
    for (let report = 0; report < 3; report++) {
      await told(window, 'risk.cell', { underlying: 'BTC', spot: 0, vol: 0, days: 0 });
    }
    expect(await tape()).toEqual(stopped);
    expect(stopped.paused).toBe(true);

    await press(window, 'Ctrl+.');
    await expect.poll(async () => (await tape()).speed, PATIENCE).toBe(300);
    await press(window, 'Ctrl+Space');
    await window.getByRole('button', { name: 'Pause the tape' }).waitFor();
    await window.getByRole('button', { name: '300×' }).waitFor();
    await expect.poll(async () => (await tape()).now, PATIENCE).toBeGreaterThan(stopped.now + 5 * 60_000);
    await press(window, 'Ctrl+,');
    await expect.poll(async () => (await tape()).speed, PATIENCE).toBe(60);
  });

  test('the next start offers to go on, and the tour stays away', async () => {
    const { now } = await tape();
    await desk.keel.close();
    const again = await openDesk(desk.folder);
    Object.assign(desk, again);
    window = again.window;
    await window.getByRole('heading', { name: 'Continue' }).waitFor();
    await expect.poll(() => window.locator(':focus').innerText(), PATIENCE).toMatch(/^Continue: 12–13 March 2020/);
    await press(window, 'Enter');
    await reportOnScreen(window);
    expect((await tape()).now).toBeGreaterThanOrEqual(now);
    expect(await tour().count()).toBe(0);
    expect(await tradingState(window)).toBe('REDUCING');
  });
});
