/**
 * ccxt's process: a utility process under the window, a child of Node under the command line. It says for whom its key is
 * to be sealed, is given it once, serves one exchange, and ends when that is closed, when the vault is locked, or with its
 * parent.
 */
import { forbidCoreDumps } from '#main/keys/core-dumps.ts';
import { createBorrower } from '#main/keys/lent-secret.ts';
import { wipe } from '#main/keys/wipe.ts';
import type { FromHost, ToHost } from '#main/venues/ccxt/border.ts';
import { type Credentials, ccxtClasses, serveCcxt } from '#main/venues/ccxt/host.ts';
import { type KeyForm, type LentKey, toProcess } from '#main/venues/ccxt/process-border.ts';
import { SECOND } from '#shared/units/time.ts';

/** What Electron puts on a utility process; absent in Node. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

declare const process: NodeJS.Process & { readonly parentPort?: ParentPort };

interface Channel {
  send(message: unknown): void;
  onMessage(take: (message: unknown) => void): void;
}

/** Wait before a lost watch is taken up again. */
const PAUSE_MS = SECOND;
/** A venue that does not close its line in time is left as it is. */
const CLOSING_MS = SECOND;

function channelOf(port: ParentPort | undefined): Channel {
  if (port !== undefined) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (take) => port.on('message', ({ data }) => take(data)),
    };
  }
  process.once('disconnect', () => process.exit(0));
  // Where nobody hears it any more the process is about to end.
  const unheard = (): void => undefined;
  return {
    send: (message) => void process.send?.(message, undefined, undefined, unheard),
    onMessage: (take) => void process.on('message', take),
  };
}

/** ccxt signs with texts: from here on the key can be wiped only by ending the process. */
function credentialsOf(form: KeyForm, publicId: string, secret: Buffer): Credentials {
  const said = secret.toString('utf8');
  if (form === 'stark-subkey') return { paradexAccount: { address: publicId, privateKey: said } };
  if (form === 'secret') return { apiKey: publicId, secret: said };
  const [first = '', rest = ''] = said.split(/ (.*)/s);
  return { apiKey: publicId, secret: first, password: rest };
}

forbidCoreDumps('ccxt');
const channel = channelOf(process.parentPort);
const borrower = createBorrower();
const listeners = new Set<(message: ToHost) => void>();
let resolve: (credentials: Credentials) => void;
const credentials = new Promise<Credentials>((done) => {
  resolve = done;
});

function takeKey({ publicId, form, lent }: LentKey): void {
  const secret = borrower.open(lent);
  resolve(credentialsOf(form, publicId, secret));
  wipe(secret);
}

channel.onMessage((message) => {
  const read = toProcess.parse(message);
  if (read.type === 'key') takeKey(read);
  else for (const on of listeners) on(read);
  if (read.type === 'close') setTimeout(() => process.exit(0), CLOSING_MS);
});
serveCcxt(
  {
    send: (message: FromHost) => channel.send(message),
    listen: (on) => {
      listeners.add(on);
      return () => void listeners.delete(on);
    },
  },
  ccxtClasses,
  () => credentials,
  () => new Promise((done) => setTimeout(done, PAUSE_MS)),
);
channel.send({ type: 'hello', recipient: borrower.recipient });
