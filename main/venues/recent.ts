/** What was heard of lately: the latest entries, and no more than so many. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  /** Makes it the latest. */
  set(key: K, value: V): void;
}

export function recent<K, V>(most: number): Recent<K, V> {
  const entries = new Map<K, V>();
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > most && oldest.done !== true) entries.delete(oldest.value);
    },
  };
}
