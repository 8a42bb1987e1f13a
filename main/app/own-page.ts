import { extname, join, normalize, sep } from 'node:path';

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

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export function contentType(file: string): string {
  return TYPES[extname(file)] ?? 'application/octet-stream';
}

/** The file under `root` that a request asks for, or null when it is none of ours. */
export function fileFor(root: string, url: string): string | null {
  const parsed = new URL(url);
  if (parsed.protocol !== `${SCHEME}:` || parsed.host !== 'app') return null;
  const path = normalize(join(root, decodeURIComponent(parsed.pathname === '/' ? '/index.html' : parsed.pathname)));
  if (!path.startsWith(root + sep) || !(extname(path) in TYPES)) return null;
  return path;
}

/** True for the one page that windows show. */
export function isOwnPage(url: string): boolean {
  return url === `${ORIGIN}/` || url.startsWith(`${ORIGIN}/index.html`);
}
