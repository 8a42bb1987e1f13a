import { figureLocale } from '#renderer/format/number.ts';

/**
 * Loaded before uPlot, which builds a number format from `navigator.language` while it loads: Chromium started with
 * LANG=C reports "en-US@posix" there, which Intl refuses, and the window would stay empty.
 */
if (typeof navigator !== 'undefined' && navigator.language !== figureLocale()) {
  Object.defineProperty(navigator, 'language', { value: figureLocale(), configurable: true });
}
