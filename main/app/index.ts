import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { app, type BrowserWindow, powerMonitor } from 'electron';
import type { Confirm } from '#main/engine/confirm-port.ts';
import type { Clock } from '#main/engine/ports.ts';
import { Publisher } from '#main/ipc/publisher.ts';
import type { Handlers } from '#main/ipc/router.ts';
import { NO_KEYS } from '#main/session/adapters/adapter-kind.ts';
import { isKeyless } from '#main/session/adapters/index.ts';
import { ccxtHostOf } from '#main/session/ccxt/ccxt-host.ts';
import { clockOf, openLiveVenues } from '#main/session/live.ts';
import { machineClock } from '#main/session/machine-clock.ts';
import { isRehearsal, profileNamed, withEndpoint } from '#main/session/profile.ts';
import { reportTable } from '#main/session/report-table.ts';
import { type Fault, toFault, unwrap } from '#shared/units/result.ts';
import { describeApp } from './about.ts';
import { createAlertDesk } from './alert-desk.ts';
import { createByHand } from './by-hand.ts';
import { forkCcxt } from './ccxt-process.ts';
import { createConfirm } from './confirm-window.ts';
import { controlHandlers } from './control-handlers.ts';
import { createFirstUse, type LetUse } from './first-use.ts';
import { createHand, type Hand } from './hand.ts';
import { journalHandlers } from './journal-handlers.ts';
import { parseOptions, type StartOptions, USAGE } from './options.ts';
import { reviewHandlers } from './review-handlers.ts';
import { riskHandlers } from './risk-handlers.ts';
import { hardenApp, hardenDefaultSession, registerScheme } from './security.ts';
import { sessionHandlers } from './session-handlers.ts';
import { createSettings, type Settings } from './settings.ts';
import { watchStalls } from './stalls.ts';
import { storageHandlers } from './storage-handlers.ts';
import { type Connected, Terminal } from './terminal.ts';
import { tradeHandlers } from './trade-handlers.ts';
import { openTray } from './tray.ts';
import { createVaultDesk, type VaultDesk } from './vault-desk.ts';
import { venueHandlers } from './venue-handlers.ts';
import { createWindow, openPage, serveCalls } from './window.ts';

const FLUSH_MS = 33;
const REPORT_EVERY_MS = 10_000;

const outRoot = fileURLToPath(new URL('..', import.meta.url));
const root = join(outRoot, '..');

/** A name for this installation that client order ids carry; made once. */
function installId(settings: Settings): string {
  const known = settings.load('install-id');
  if (known !== null) return known;
  const made = randomBytes(3).toString('hex');
  void settings.save('install-id', made);
  return made;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints the report now and then, and takes a picture when the run ends. */
function headless(
  terminal: Terminal,
  window: BrowserWindow,
  options: StartOptions,
  folder: string,
): () => Promise<void> {
  const print = (): void => {
    const report = terminal.current?.risk.latest;
    if (report) say(`${reportTable(report)}\n`);
  };
  const first = setTimeout(print, 3_000);
  const timer = setInterval(print, REPORT_EVERY_MS);
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    print();
    const file = options.screenshot ?? join(folder, 'keel.png');
    const picture = await window.webContents.capturePage();
    writeFileSync(file, picture.toPNG());
    say(`screenshot: ${file}`);
  };
}

interface Parts {
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly publisher: Publisher;
  readonly handlers: Handlers;
  readonly hand: Hand;
  readonly vault: VaultDesk;
}

interface Ground {
  readonly vault: VaultDesk;
  readonly endpoint: string | null;
  /** Asks about what is sent by hand. */
  readonly confirm: Confirm;
  /** Asks about keys that were never used. */
  readonly letUse: LetUse;
}

/** The venues of a profile with keys of the vault, which is opened first; `endpoint` moves a simulator. */
async function connect(
  { vault, endpoint, confirm, letUse }: Ground,
  name: string,
  onFlaw: (reason: Fault) => void,
): Promise<Connected> {
  const named = profileNamed(name);
  const profile = endpoint !== null && isRehearsal(named) ? withEndpoint(named, endpoint) : named;
  const clock = await clockOf(profile);
  if (profile.venues.every(isKeyless)) {
    return { live: openLiveVenues(profile, { ...NO_KEYS, clock, onFlaw, confirm }), clock };
  }
  await vault.unlock();
  const { signer } = vault;
  await letUse(signer.cards.filter((card) => profile.venues.some((one) => one.venue === card.venue)));
  const ccxtHost = ccxtHostOf(signer, () => forkCcxt(join(outRoot, 'main', 'ccxt-host.js')));
  const setup = { signer, cards: signer.cards, clock, ccxtHost, onFlaw, confirm };
  return { live: openLiveVenues(profile, setup), clock };
}

function buildTerminal(
  folder: string,
  settings: Settings,
  { window, endpoint }: { readonly window: () => BrowserWindow; readonly endpoint: string | null },
): Parts {
  const publisher = new Publisher();
  const clock = machineClock();
  const { since: deafSince } = watchStalls(clock);
  const hand = createHand({ now: clock.now, ahead: () => terminal.now() - clock.now(), deafSince });
  const vaultFile = join(folder, 'vault.json');
  const theme = () => (/"theme":\s*"light"/.test(settings.load('appearance') ?? '') ? 'light' : 'dark');
  const vault = createVaultDesk({ file: vaultFile, outRoot, clock, window, theme });
  const asking = createConfirm({
    window: () => ({ outRoot, parent: window() }),
    theme,
    onFocus: () => terminal.focused(),
    onBlur: () => terminal.blurred(),
  });
  const confirm = asking(() => {
    const { state, reason } = terminal.session().engine.keyState;
    return state === 'ARMED' ? null : reason.message;
  });
  const letUse = createFirstUse(
    `${vaultFile}.used`,
    asking(() => null),
  );
  const onFault = (reason: Fault): void => say(reason.message);
  const alerts = createAlertDesk({ folder, outRoot, window, theme, hand, onFault });
  const exports = join(folder, 'exports');
  mkdirSync(exports, { recursive: true });
  const terminal = new Terminal({
    clock,
    publisher,
    sessions: join(folder, 'sessions'),
    resources: join(root, 'resources'),
    riskWorker: pathToFileURL(join(outRoot, 'main', 'risk-worker.js')),
    installId: installId(settings),
    connect: (profile, onFlaw) => connect({ vault, endpoint, confirm, letUse }, profile, onFlaw),
    onAlert: alerts.tell,
  });
  const session = () => terminal.session();
  const byHand = createByHand({ session, confirm, cards: vault.cards });
  const handlers: Handlers = {
    ...tradeHandlers(session, hand, byHand),
    ...riskHandlers(session, hand),
    ...venueHandlers(session, hand),
    ...controlHandlers(session, hand, byHand),
    ...vault.handlers,
    ...reviewHandlers(
      { runs: join(folder, 'backtests'), sessions: join(folder, 'sessions') },
      join(root, 'resources'),
      exports,
    ),
    ...journalHandlers(session),
    ...storageHandlers({
      ...{ sessions: join(folder, 'sessions'), settings, clock, say },
      program: join(outRoot, 'cli', 'keel.js'),
      open: () => terminal.current?.id ?? null,
    }),
    ...sessionHandlers(terminal, { describe: () => describeApp(root, folder), settings, alerts, exports }),
  };
  return { clock, terminal, publisher, handlers, hand, vault };
}

async function start(options: StartOptions): Promise<void> {
  await app.whenReady();
  const folder = app.getPath('userData');
  hardenDefaultSession(join(outRoot, 'renderer'));
  const settings = createSettings(join(folder, 'settings'));
  const { endpoint } = options;
  const parts = buildTerminal(folder, settings, { window: () => window, endpoint });
  const { terminal, publisher, handlers, hand, vault } = parts;
  serveCalls(handlers);
  const window = createWindow({
    outRoot,
    show: true,
    onBlur: () => {
      hand.letGo();
      terminal.blurred();
    },
    onFocus: () => terminal.focused(),
    onInput: (input) => {
      hand.see(input);
      vault.touched();
    },
  });
  const flusher = setInterval(() => publisher.flush(), FLUSH_MS);
  powerMonitor.on('suspend', () => {
    terminal.current?.engine.disarmBecause('disarmed-sleep', 'disarmed: the machine went to sleep');
    void vault.lock();
  });
  powerMonitor.on('lock-screen', () => {
    terminal.current?.engine.disarmBecause('disarmed-lock', 'disarmed: the screen was locked');
    void vault.lock();
  });
  const finish = options.headlessReport ? headless(terminal, window, options, folder) : async () => undefined;

  let ending: Promise<void> | null = null;
  const end = (code: number): Promise<void> => {
    ending ??= finish()
      .catch((thrown: unknown) => say(`the last report failed: ${toFault(thrown).message}`))
      .then(() => terminal.close())
      .then(() => vault.lock())
      .then(() => {
        clearInterval(flusher);
        app.exit(code);
      });
    return ending;
  };
  app.on('window-all-closed', () => void end(0));
  app.on('before-quit', (event) => {
    event.preventDefault();
    void end(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));
  if (options.forMs !== null) setTimeout(() => void end(0), options.forMs);

  openTray({ clock: parts.clock, terminal, publisher, window, quit: () => void end(0) });
  const { profile } = options;
  const tape = options.tape ?? (options.headlessReport && profile === null ? 'march-2020' : null);
  if (tape !== null) await terminal.start(tape, options.speed);
  await openPage(window, publisher, () => terminal.refresh());
  if (profile !== null) await terminal.connect(profile).catch(unlessCancelled);
}

/** Who types no passphrase, or lets a new key not be used, stays on the start screen. */
function unlessCancelled(thrown: unknown): void {
  if (!['cancelled', 'not-confirmed'].includes(toFault(thrown).code)) throw thrown;
}

/** Anything that ends the start is one line for the trader, never a stack. */
function giveUp(thrown: unknown): void {
  process.stderr.write(`keel: ${toFault(thrown).message}\n`);
  app.exit(1);
}

const parsed = parseOptions(process.argv.slice(1));
if (!parsed.ok) giveUp(parsed.error.message);
else if (unwrap(parsed).help) {
  say(USAGE);
  app.exit(0);
} else {
  registerScheme();
  hardenApp(app);
  start(parsed.value).catch(giveUp);
}
