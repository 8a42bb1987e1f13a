import { join } from 'node:path';
import { app, type BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import { ORIGIN } from '#main/app/own-page.ts';
import { hardenApp, hardenDefaultSession, registerScheme } from '#main/app/security.ts';
import { createWindow } from '#main/app/window.ts';
import { CALL_CHANNEL, STREAM_MESSAGE } from '#shared/ipc/methods.ts';
import { FakeTerminal } from '#test/support/renderer/fake-terminal.ts';
import { meterFrames } from './frame-meter.ts';
import type { FrameFigures, Job } from './job.ts';
import { timeSnapshots } from './snapshot-timer.ts';

// The main process of a bench window: the product's window, preload and page, fed from a fixture.

const WARM_UP_MS = 5_000;

function argument(name: string): string {
  const found = process.argv.find((one) => one.startsWith(`--${name}=`));
  if (found === undefined) throw new Error(`--${name}= is missing`);
  return found.slice(name.length + 3);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function open(page: string): Promise<BrowserWindow> {
  const nothing = (): void => undefined;
  const window = createWindow({
    outRoot: argument('out'),
    show: true,
    onBlur: nothing,
    onFocus: nothing,
    onInput: nothing,
  });
  await window.loadURL(`${ORIGIN}/${page}`);
  return window;
}

function connect(window: BrowserWindow) {
  const { port1, port2 } = new MessageChannelMain();
  window.webContents.postMessage(STREAM_MESSAGE, null, [port2]);
  port1.start();
  return port1;
}

/** Share of a core since the last call, and resident memory in MB, of the page's process. */
function loadOf(window: BrowserWindow): { readonly cpu: number; readonly memoryMb: number } {
  const pid = window.webContents.getOSProcessId();
  const found = app.getAppMetrics().find((one) => one.pid === pid);
  if (found === undefined) throw new Error('the page has no process');
  return { cpu: found.cpu.percentCPUUsage / 100, memoryMb: found.memory.workingSetSize / 1024 };
}

async function frames(job: Extract<Job, { type: 'frames' }>): Promise<FrameFigures> {
  const fake = new FakeTerminal({
    rows: job.rows,
    updates: job.updates,
    running: true,
    sessions: false,
    failing: new Set(),
    settings: new Map([['tour', 'seen']]),
    empty: false,
  });
  ipcMain.handle(CALL_CHANNEL, (_event, method, input) => fake.answer(method, input as never));
  const window = await open(job.page === 'empty' ? 'empty.html' : 'index.html');
  if (job.page === 'workspace') fake.stream(connect(window));
  await pause(WARM_UP_MS);
  loadOf(window);
  const metered = await window.webContents.executeJavaScript(`(${meterFrames.toString()})(${job.seconds})`);
  return { ...metered, ...loadOf(window) };
}

async function run(job: Job): Promise<unknown> {
  if (job.type === 'frames') return frames(job);
  return timeSnapshots(connect(await open('snapshot.html')), job);
}

registerScheme();
hardenApp(app);
app
  .whenReady()
  .then(async () => {
    hardenDefaultSession(join(argument('pages')));
    process.stdout.write(`\nfigures: ${JSON.stringify(await run(JSON.parse(argument('job')) as Job))}\n`);
    app.exit(0);
  })
  .catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    app.exit(1);
  });
