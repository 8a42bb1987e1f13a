/** Tickers as Deribit writes them; a frame in another order of fields is read at once. */
const HEAD = '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.';
const CHANNEL_AT = HEAD.lastIndexOf('ticker.');
const STAMP = '"timestamp":';
const STAMP_DIGITS = 13;

/**
 * Frames of channels of which only the last counts, as the texts they are: reading one costs ten times what it costs to see
 * whose it is, and most are replaced before anybody asks.
 */
export interface Unread {
  /** The channel of such a frame; null for every other. */
  channelOf(text: string): string | null;
  /** Keeps the frame in the place of the one before it, unless it was told late. */
  keep(channel: string, text: string): void;
  /** What was kept since the last call. */
  take(): readonly string[];
  clear(): void;
}

/** The venue's time of a frame that nobody has read; NaN where there is none. */
function stampOf(text: string): number {
  const at = text.lastIndexOf(STAMP) + STAMP.length;
  return Number(text.slice(at, at + STAMP_DIGITS));
}

export function createUnread(): Unread {
  let kept = new Map<string, string>();
  return {
    channelOf: (text) => {
      if (!text.startsWith(HEAD)) return null;
      const end = text.indexOf('"', HEAD.length);
      return end < 0 ? null : text.slice(CHANNEL_AT, end);
    },
    keep: (channel, text) => {
      const before = kept.get(channel);
      if (before !== undefined && stampOf(text) < stampOf(before)) return;
      kept.set(channel, text);
    },
    take: () => {
      if (kept.size === 0) return [];
      const texts = [...kept.values()];
      kept = new Map();
      return texts;
    },
    clear: () => kept.clear(),
  };
}
