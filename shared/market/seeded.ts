/**
 * Seeded randomness: pure functions of their words, so that anything drawn here can be drawn again at any time, in any
 * order and after a restart. Not for secrets.
 */

const GOLDEN = 0x9e3779b9;
const TO_UNIT = 1 / 4294967296;

/** 32 bits of a text (FNV-1a): a seed word from a name. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Murmur3's finaliser: every input bit reaches every output bit. */
function avalanche(word: number): number {
  let bits = word;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** 32 well-mixed bits of a seed and up to three words (each taken modulo 2^32). */
export function hashWords(seed: number, a: number, b = 0, c = 0): number {
  let hash = avalanche((seed ^ GOLDEN) >>> 0);
  hash = avalanche((hash + Math.imul(a | 0, 0xcc9e2d51) + GOLDEN) | 0);
  hash = avalanche((hash + Math.imul(b | 0, 0x1b873593) + GOLDEN) | 0);
  return avalanche((hash + Math.imul(c | 0, 0xe6546b64) + GOLDEN) | 0);
}

/** 32 bits as a number in the open interval (0, 1). */
export function toUnit(bits: number): number {
  return ((bits >>> 0) + 0.5) * TO_UNIT;
}

/** A standard normal from the same words always the same (Box and Muller 1958). */
export function normalOf(seed: number, a: number, b = 0, c = 0): number {
  const bits = hashWords(seed, a, b, c);
  const radius = Math.sqrt(-2 * Math.log(toUnit(bits)));
  return radius * Math.cos(2 * Math.PI * toUnit(avalanche(bits ^ GOLDEN)));
}

/** A stream of draws from a seed. */
export interface SeededStream {
  /** Uniform in (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** The stream of (seed, word): a counter through the mixer, no hidden state beyond the counter. */
export function seededStream(seed: number, word: number): SeededStream {
  const key = hashWords(seed, word);
  let count = 0;
  let spare = Number.NaN;
  const uniform = () => toUnit(hashWords(key, count++));
  return {
    uniform,
    normal: () => {
      if (!Number.isNaN(spare)) {
        const drawn = spare;
        spare = Number.NaN;
        return drawn;
      }
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}
