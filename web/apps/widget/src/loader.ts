/** What a site puts into its pages: a button, and after the first click the chat in a frame.
 *
 *     <script async src="https://chat.example/widget/v1/loader.js" data-widget="..."></script>
 *
 * Nothing is asked of the server before the click. All of it stands in one function, so that a page
 * gets no name of ours but `Halfminute`. */
(() => {
  interface Wish {
    id: number;
    wish: 'get' | 'set' | 'remove' | 'list';
    key: string;
    value?: string;
  }
  const script = document.currentScript as HTMLScriptElement | null;
  const widget = script?.dataset['widget'];
  const page = window as unknown as Record<string, unknown>;
  if (script === null || widget === undefined || page['Halfminute'] !== undefined) return;
  const server = new URL(script.src).origin;
  const tag = document.documentElement.lang || navigator.language;
  const isRussian = /^ru\b/i.test(tag);
  const words = isRussian ? ['Открыть чат', 'Закрыть чат', 'Чат'] : ['Open the chat', 'Close the chat', 'Chat'];
  const accent = /^#[0-9a-f]{6}$/i.test(script.dataset['accent'] ?? '') ? script.dataset['accent'] : '#1a6b54';

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000; inset: auto 0 0 auto; }
    button { all: unset; box-sizing: border-box; position: fixed; right: max(20px, env(safe-area-inset-right));
      bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; border-radius: 50%;
      background: ${accent}; box-shadow: 0 4px 16px rgb(0 0 0 / 28%), inset 0 0 0 1px rgb(255 255 255 / 30%);
      cursor: pointer; display: grid; place-items: center; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111; }
    svg { width: 28px; height: 28px; fill: none; stroke: #fff; stroke-width: 2; stroke-linejoin: round; }
    i { position: absolute; top: 2px; right: 2px; width: 16px; height: 16px; border-radius: 50%;
      background: #c62828; border: 2px solid #fff; }
    iframe { all: unset; position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: 92px;
      width: 380px; height: min(620px, calc(100dvh - 116px)); border-radius: 16px;
      box-shadow: 0 12px 48px rgb(0 0 0 / 30%); background: Canvas; }
    [hidden] { display: none; }
    @media (max-width: 480px) {
      iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      iframe:not([hidden]) + button { display: none; }
    }
  `);
  root.adoptedStyleSheets = [style];

  const button = document.createElement('button');
  button.type = 'button';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M4 5h16v11H9l-5 4z');
  svg.append(path);
  const mark = document.createElement('i');
  mark.hidden = true;
  button.append(svg, mark);
  root.append(button);

  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  let frame: HTMLIFrameElement | null = null;
  let isLoaded = false;

  /** A frame of another site is given no storage: what the chat must not lose is kept here. */
  const keep = ({ id, wish, key, value }: Wish): object => {
    let answer: unknown;
    try {
      if (!String(key).startsWith(`halfminute.${widget}.`)) throw new RangeError();
      if (wish === 'get') answer = localStorage.getItem(key);
      else if (wish === 'list') {
        const keys = Object.keys(localStorage).filter((each) => each.startsWith(key));
        answer = keys.map((each) => localStorage.getItem(each));
      } else {
        if (wish === 'set') localStorage.setItem(key, String(value));
        else localStorage.removeItem(key);
        answer = true;
      }
    } catch {
      // Forbidden or full: the chat then holds it as long as the tab is open.
    }
    return { halfminute: 'kept', id, answer };
  };
  const isOpen = (): boolean => frame !== null && !frame.hidden;
  const tell = (event: string, detail?: unknown): void => {
    for (const listener of listeners.get(event) ?? []) listener(detail);
  };
  const show = (): void => {
    button.setAttribute('aria-label', words[isOpen() ? 1 : 0] ?? '');
    button.setAttribute('aria-expanded', String(isOpen()));
  };
  /** A hidden frame cannot know that it is. */
  const tellFrame = (): void => {
    if (isLoaded) frame?.contentWindow?.postMessage({ halfminute: 'shown', isShown: isOpen() }, server);
  };
  const open = (): void => {
    if (isOpen()) return;
    if (frame === null) {
      frame = document.createElement('iframe');
      frame.title = words[2] ?? '';
      frame.allow = 'clipboard-write';
      frame.src = `${server}/widget/v1/${widget}?language=${encodeURIComponent(tag)}`;
      frame.addEventListener('load', () => {
        isLoaded = true;
        tellFrame();
      });
      root.prepend(frame);
    }
    frame.hidden = false;
    mark.hidden = true;
    show();
    tellFrame();
    frame.focus();
    tell('open');
  };
  const close = (): void => {
    if (!isOpen() || frame === null) return;
    frame.hidden = true;
    show();
    tellFrame();
    button.focus();
    tell('close');
  };

  button.addEventListener('click', () => (isOpen() ? close() : open()));
  addEventListener('message', ({ source, origin, data }) => {
    if (frame === null || source !== frame.contentWindow || origin !== server) return;
    const told = (data as { halfminute?: unknown } | null)?.halfminute;
    if (told === 'keep') frame.contentWindow?.postMessage(keep(data as Wish), server);
    if (told === 'close') close();
    if (told === 'unread') {
      mark.hidden = isOpen();
      tell('message');
    }
  });
  addEventListener('storage', ({ key }) => {
    if (isLoaded && key?.startsWith(`halfminute.${widget}.`)) frame?.contentWindow?.postMessage({ halfminute: 'changed' }, server);
  });
  show();
  page['Halfminute'] = Object.freeze({
    open,
    close,
    /** Listens to `open`, `close` or `message`; returns what ends the listening. */
    on: (event: string, listener: (detail: unknown) => void): (() => void) => {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
  });
  const place = (): void => void document.body.append(host);
  if (document.body === null) addEventListener('DOMContentLoaded', place);
  else place();
})();
