import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK = 4 * 1024 * 1024;

/** Which of `forms` a file holds. Core files are mostly holes: what is nothing but zeros is passed over. */
export function formsIn(file: string, forms: ReadonlyMap<string, Buffer>): readonly string[] {
  const overlap = Math.max(...[...forms.values()].map((form) => form.length));
  const [chunk, zeros] = [Buffer.alloc(CHUNK + overlap), Buffer.alloc(CHUNK + overlap)];
  const handle = openSync(file, 'r');
  const found = new Set<string>();
  try {
    for (let at = 0; ; at += CHUNK) {
      const read = readSync(handle, chunk, 0, chunk.length, at);
      if (read === 0) return [...found];
      const seen = chunk.subarray(0, read);
      if (seen.equals(zeros.subarray(0, read))) continue;
      for (const [name, form] of forms) if (seen.includes(form)) found.add(name);
    }
  } finally {
    closeSync(handle);
    chunk.fill(0);
  }
}

/** The forms a secret may have been copied in: as it is, as a JavaScript string of two bytes a letter, and encoded. */
export function formsOf(secret: Buffer): ReadonlyMap<string, Buffer> {
  const encoded = (['hex', 'base64', 'base64url'] as const).map(
    (encoding) => [encoding, Buffer.from(secret.toString(encoding).replaceAll('=', ''))] as const,
  );
  return new Map([['bytes', secret], ['two-byte', Buffer.from(secret.toString('latin1'), 'utf16le')], ...encoded]);
}

function* writableRanges(pid: number): Iterable<readonly [from: number, to: number]> {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (found !== null) yield [Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16)];
  }
}

/** Where in a process's writable memory the secret lies, in which form; Linux, and the process must be ours. */
export function scanMemory(pid: number, secret: Buffer): readonly string[] {
  const forms = [...formsOf(secret)];
  const overlap = Math.max(...forms.map(([, form]) => form.length));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const hits: string[] = [];
  const chunk = Buffer.alloc(CHUNK + overlap);
  try {
    for (const [from, to] of writableRanges(pid)) {
      for (let at = from; at < to; at += CHUNK) {
        const length = Math.min(CHUNK + overlap, to - at);
        let read = 0;
        try {
          read = readSync(memory, chunk, 0, length, at);
        } catch {
          // Some mappings (guard pages, devices) cannot be read by anybody.
          continue;
        }
        const seen = chunk.subarray(0, read);
        for (const [name, form] of forms) if (seen.includes(form)) hits.push(`${name} at ${at.toString(16)}`);
      }
    }
  } finally {
    closeSync(memory);
    chunk.fill(0);
  }
  return hits;
}
