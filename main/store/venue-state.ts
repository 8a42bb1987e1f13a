import { assertChecksum, checksumOf } from './checksum.ts';
import { applicationId, type StoreFormat } from './format.ts';
import { openStore, type StoreOptions } from './open-store.ts';

/** What a simulated venue has to remember over a restart, as one text it writes and reads itself. */
export interface VenueStateStore {
  load(): string | null;
  /** On disk when the call returns; after a crash there is the old text or the new one. */
  save(text: string): void;
  close(): void;
}

const VENUE_STATE_FORMAT: StoreFormat = {
  name: 'venue state',
  applicationId: applicationId('KEEV'),
  migrations: [
    {
      name: '0001-state',
      up: (store) =>
        store.script(
          'CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT',
        ),
    },
  ],
};

/** Opens the file or creates it. A venue keeps its books apart from the trader's: they are two parties. */
export function createVenueStateStore(file: string, options: StoreOptions = {}): VenueStateStore {
  const store = openStore(file, VENUE_STATE_FORMAT, options);
  const upsert = store.change<[string, number]>(
    'save venue state',
    'INSERT INTO state VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text, checksum = excluded.checksum',
  );
  return {
    load() {
      const row = store
        .select<[], { text: string; checksum: number }>('load venue state', 'SELECT text, checksum FROM state')
        .first();
      if (row === undefined) return null;
      assertChecksum('state', '1', [row.text], row.checksum);
      return row.text;
    },
    save: (text) => void upsert.run(text, checksumOf([text])),
    close: () => store.close(),
  };
}
