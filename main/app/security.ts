import { readFile } from 'node:fs/promises';
import { type App, protocol, type Session, session, type WebContents, type WebPreferences } from 'electron';
import { CONTENT_SECURITY_POLICY, contentType, fileFor, ORIGIN, SCHEME } from './own-page.ts';

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

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } },
  ]);
}

async function serve(root: string, url: string): Promise<Response> {
  const file = fileFor(root, url);
  if (file === null) return new Response('not found', { status: 404 });
  try {
    const headers = {
      'content-type': contentType(file),
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

/** No permission, no device, no download, no other protocol. */
export function hardenSession(target: Session, rendererRoot: string): void {
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
