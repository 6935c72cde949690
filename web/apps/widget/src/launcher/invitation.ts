/** Words beside the button of a page that was open for a while. They come by themselves, so they may
 * neither cover what one reads, nor take the focus, nor come again once they were closed. */
import { keepText } from './keeping';
import { isAmong } from './paths';
import type { Invitation } from './settings';

/** On a phone the words would lie on the page's own: there they are not shown. */
const ROOM = '(min-width: 640px) and (min-height: 480px)';

export const INVITATION_STYLE = `
  .invitation { position: fixed; bottom: 92px; width: max-content; max-width: 300px; display: flex; gap: 4px;
    align-items: flex-start; padding: 6px 6px 6px 0; border-radius: 16px; background: Canvas; color: CanvasText;
    color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif;
    box-shadow: 0 8px 32px rgb(0 0 0 / 24%), 0 0 0 1px rgb(128 128 128 / 30%); }
  .invitation:empty { display: none; }
  .invitation button { all: unset; cursor: pointer; border-radius: 12px; }
  .invitation button:focus-visible { outline: 3px solid Highlight; }
  .invitation .words { padding: 8px 4px 8px 16px; overflow-wrap: anywhere; }
  .invitation .off { display: grid; place-items: center; flex: none; width: 32px; height: 32px; font-size: 20px; }
  @media (prefers-reduced-motion: no-preference) {
    .invitation:not(:empty) { animation: invite .2s ease-out; }
    @keyframes invite { from { opacity: 0; translate: 0 8px; } }
  }`;

interface Parts {
  /** What says in the page's storage that it was closed. */
  key: string;
  closeLabel: string;
  /** Whether it may come just now: the button is there and the chat is not open. */
  mayShow: () => boolean;
  onAccept: () => void;
}

export interface Shown {
  element: HTMLElement;
  /** For good: it was closed, or the chat is open. */
  end: () => void;
  /** The page is another one, or the button came or went. */
  look: () => void;
}

export function invite({ text, seconds, pages }: Invitation, parts: Parts): Shown {
  // There from the start and filled later: that is what screen readers tell.
  const element = document.createElement('div');
  element.className = 'invitation';
  element.setAttribute('role', 'status');
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Who cannot be remembered is asked once a page.
  let isEnded = text === '' || typeof keepText('get', parts.key) === 'string';

  const isDue = (): boolean =>
    !isEnded && parts.mayShow() && matchMedia(ROOM).matches && (pages.length === 0 || isAmong(pages, location.pathname));
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    look();
    keepText('set', parts.key, 1);
  };
  const press = (name: string, words: string, then: () => void): HTMLButtonElement => {
    const button = document.createElement('button');
    button.className = name;
    button.textContent = words;
    button.addEventListener('click', then);
    return button;
  };
  const show = (): void => {
    if (!isDue()) return;
    const off = press('off', '×', end);
    off.setAttribute('aria-label', parts.closeLabel);
    element.replaceChildren(press('words', text, parts.onAccept), off);
  };
  const look = (): void => {
    clearTimeout(timer);
    if (!isDue()) element.replaceChildren();
    else if (!element.hasChildNodes()) timer = setTimeout(show, seconds * 1000);
  };

  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && element.hasChildNodes()) end();
  });
  matchMedia(ROOM).addEventListener('change', look);
  return { element, end, look };
}
