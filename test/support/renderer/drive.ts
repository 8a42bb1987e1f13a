import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The product's policy as main/app/security.ts sends it, stricter on styles: our own files only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  // The fixture's own thread; the product has no worker in the page.
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  // Only the fixture's thread needs a policy (for the address of a worker); the product allows none.
  'trusted-types fixture-worker',
].join('; ');

const BUILT = join(import.meta.dirname, '../../../.cache/renderer-fixture');

/** Serves the built fixture page on a free port of this machine. */
export async function serveFixture(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer(async (request, response) => {
    const path = normalize(join(BUILT, new URL(request.url ?? '/', 'http://fixture').pathname));
    const file = path === BUILT + sep || path === BUILT ? join(BUILT, 'index.html') : path;
    try {
      if (!file.startsWith(BUILT)) throw new Error('outside');
      const body = await readFile(file);
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { server, origin: `http://127.0.0.1:${port}` };
}

export interface Fixture {
  readonly browser: Browser;
  readonly origin: string;
  /** What the page complained about: console errors, exceptions, policy violations. */
  readonly complaints: string[];
  open(query?: string, size?: { readonly width: number; readonly height: number }): Promise<Page>;
  close(): Promise<void>;
}

/** A browser on the fixture. The executable is Debian's chromium unless CHROMIUM says otherwise. */
export async function startFixture(): Promise<Fixture> {
  const { server, origin } = await serveFixture();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const complaints: string[] = [];
  return {
    browser,
    origin,
    complaints,
    async open(query = '', size = { width: 1680, height: 1000 }) {
      const page = await browser.newPage({ viewport: size });
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(`${error.message}\n${error.stack ?? ''}`));
      await page.goto(`${origin}/?${query}`);
      return page;
    },
    async close() {
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}
