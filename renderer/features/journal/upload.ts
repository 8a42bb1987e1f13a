import { call } from '#renderer/state/bridge.ts';
import type { Answer } from '#shared/ipc/contract.ts';
import { LARGEST_STATEMENT, PIECE_CHARACTERS, type StatementFile } from '#shared/ipc/journal.ts';

/** Bytes of a piece: four characters of Base64 for every three. */
const PIECE_BYTES = Math.floor(PIECE_CHARACTERS / 4) * 3;
/** String.fromCharCode takes so many arguments safely. */
const AT_ONCE = 0x2000;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text);
}

/** Hands a file over to main, piece by piece. Nothing is imported by it. */
export async function handOver(file: File): Promise<Answer<StatementFile>> {
  if (file.size > LARGEST_STATEMENT) {
    const message = `${file.name} is larger than ${LARGEST_STATEMENT >> 20} MB: use keel import`;
    return { ok: false, error: { code: 'statement', message } };
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const begun = await call('statement.begin', { name: file.name, bytes: bytes.length });
  if (!begun.ok) return begun;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = base64(bytes.subarray(at, at + PIECE_BYTES));
    const taken = await call('statement.piece', { file: begun.value.id, base64: piece });
    if (!taken.ok) return taken;
  }
  return begun;
}
