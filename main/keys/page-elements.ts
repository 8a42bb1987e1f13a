/** What is used of a page's elements; main is compiled without the types of a page. */
export interface PageElement {
  value: string;
  textContent: string;
  className: string;
  hidden: boolean;
  disabled: boolean;
  focus(): void;
  append(...children: readonly PageElement[]): void;
  replaceChildren(...children: readonly PageElement[]): void;
  addEventListener(event: 'submit' | 'click', listener: (event: PageEvent) => void): void;
}

interface PageEvent {
  readonly isTrusted: boolean;
  preventDefault(): void;
}

export interface PageKey {
  readonly key: string;
  readonly repeat: boolean;
  preventDefault(): void;
}

interface Page {
  title: string;
  readonly documentElement: { readonly dataset: Record<string, string> };
  getElementById(id: string): PageElement | null;
  createElement(tag: 'dt' | 'dd'): PageElement;
}

declare const document: Page;

/** The page that this preload stands before. */
export function page(): Page {
  return document;
}

/** The page's own element; the page is Keel's and has it. */
export function element(id: string): PageElement {
  const found = document.getElementById(id);
  if (found !== null) return found;
  throw new Error(`the page has no ${id}`);
}
