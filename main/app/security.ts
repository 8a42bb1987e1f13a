import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { type App, protocol, type Session, session, type WebContents, type WebPreferences } from 'electron';

/** The window's own scheme: no file:// and no network origin has any power here. */
export const SCHEME = 'keel';
export const ORIGIN = `${SCHEME}://app`;

/**
 * No script but our own files, no eval, no network, no frames, no forms; Trusted Types for every DOM sink.
 * Styles: FlexLayout and the charts set properties through CSSOM and style elements, which 'unsafe-inline' covers;
 * no selector or value in them comes from outside.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `font-src 'self'`,
  `img-src 'self' data: blob:`,
  `worker-src 'none'`,
  `connect-src 'none'`,
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export const WINDOW_PREFERENCES: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  backgroundThrottling: false,
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } },
  ]);
}

/** The file under `root` that a request asks for, or null when it is none of ours. */
export function fileFor(root: string, url: string): string | null {
  const parsed = new URL(url);
  if (parsed.protocol !== `${SCHEME}:` || parsed.host !== 'app') return null;
  const path = normalize(join(root, decodeURIComponent(parsed.pathname === '/' ? '/index.html' : parsed.pathname)));
  if (!path.startsWith(root + sep) || !(extname(path) in TYPES)) return null;
  return path;
}

async function serve(root: string, url: string): Promise<Response> {
  const file = fileFor(root, url);
  if (file === null) return new Response('not found', { status: 404 });
  try {
    const headers = {
      'content-type': TYPES[extname(file)] ?? '',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    };
    return new Response(new Uint8Array(await readFile(file)), { headers });
  } catch {
    // A missing file is an ordinary answer on a web origin.
    return new Response('not found', { status: 404 });
  }
}

/** True for the one page that windows show. */
export function isOwnPage(url: string): boolean {
  return url === `${ORIGIN}/` || url.startsWith(`${ORIGIN}/index.html`);
}

/** No permission, no device, no download, no other protocol. */
function hardenSession(target: Session, rendererRoot: string): void {
  target.protocol.handle(SCHEME, (request) => serve(rendererRoot, request.url));
  target.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event) => event.preventDefault());
  target.webRequest.onBeforeRequest((details, decide) => {
    const own =
      details.url.startsWith(`${ORIGIN}/`) || details.url.startsWith('devtools:') || details.url.startsWith('data:');
    decide({ cancel: !own && !details.url.startsWith('blob:') });
  });
}

/** Electron has it and does not declare it. */
interface Inspectable {
  getLastWebPreferences?(): WebPreferences | null;
}

/** A window that is not hardened must not live: the app quits rather than show it. */
function assertHardened(app: App, contents: WebContents & Inspectable): void {
  const found = contents.getLastWebPreferences?.() ?? null;
  const safe =
    found !== null &&
    found.contextIsolation === true &&
    found.sandbox === true &&
    found.nodeIntegration !== true &&
    found.webSecurity !== false;
  if (!safe) app.exit(70);
}

/** Deny by default, for every web contents that is ever created. */
export function hardenApp(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    assertHardened(app, contents);
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

export function hardenDefaultSession(rendererRoot: string): void {
  hardenSession(session.defaultSession, rendererRoot);
}
