import { describe, expect, it } from 'vitest';
import { sqlite } from '#main/store/driver.ts';
import { createJournal } from '#main/store/journal.ts';
import { createVenueStateStore } from '#main/store/venue-state.ts';
import { toFault } from '#shared/units/result.ts';
import { tmpDatabase } from '#test/support/tmp-database.ts';

describe("a simulated venue's memory", () => {
  it('is what was saved last, also after a restart', () => {
    const file = tmpDatabase('venue.db');
    const first = createVenueStateStore(file);
    expect(first.load()).toBeNull();
    first.save('{"seq":1}');
    first.save(`{"seq":2,"name":"${'Zürich ⚓ '.repeat(10_000)}"}`);
    first.close();
    const second = createVenueStateStore(file);
    expect(second.load()).toBe(`{"seq":2,"name":"${'Zürich ⚓ '.repeat(10_000)}"}`);
    second.close();
  });

  it('is not read from a damaged row', () => {
    const file = tmpDatabase('venue.db');
    const store = createVenueStateStore(file);
    store.save('{"cash":"1"}');
    store.close();
    const raw = new (sqlite())(file);
    raw.exec(`UPDATE state SET text = '{"cash":"9"}'`);
    raw.close();
    const again = createVenueStateStore(file);
    expect(() => again.load()).toThrow('checksum');
    again.close();
  });

  // The trader's journal and the venue's books are two files of two parties; mixing them up must not destroy either.
  it('is no journal, and a journal is none', () => {
    const state = tmpDatabase('venue.db');
    createVenueStateStore(state).close();
    const journal = tmpDatabase('session.db');
    createJournal(journal).close();
    for (const open of [() => createJournal(state), () => createVenueStateStore(journal)]) {
      let code = '';
      try {
        open();
      } catch (thrown) {
        code = toFault(thrown).code;
      }
      expect(code).toBe('store-foreign');
    }
  });
});
