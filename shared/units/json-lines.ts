/** Where each value of a JSON text stands, so that a wrong one can be named with its line. */

/** Path ("accounts.0.id") → line, counted from 1. The root is "". */
export type LineIndex = ReadonlyMap<string, number>;

/** Scans a text that JSON.parse has already accepted. */
export function linesOf(text: string): LineIndex {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;

  const blanks = () => {
    for (; at < text.length && /\s/.test(text.charAt(at)); at++) if (text[at] === '\n') line++;
  };
  const string = () => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    return text.slice(start, at);
  };
  const members = (path: string, close: string, key: (index: number) => string) => {
    at++;
    blanks();
    for (let index = 0; text[at] !== close; index++) {
      const name = key(index);
      value(path === '' ? name : `${path}.${name}`);
      blanks();
      if (text[at] === ',') at++;
      blanks();
    }
    at++;
  };
  const named = () => {
    const name: unknown = JSON.parse(string());
    blanks();
    at++;
    return String(name);
  };
  const value = (path: string) => {
    blanks();
    lines.set(path, line);
    const first = text[at];
    if (first === '{') members(path, '}', named);
    else if (first === '[') members(path, ']', String);
    else if (first === '"') string();
    else while (at < text.length && /[^\s,\]}]/.test(text.charAt(at))) at++;
  };

  value('');
  return lines;
}

/** Line of the character at `offset`. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
