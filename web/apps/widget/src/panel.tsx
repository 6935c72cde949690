/** The page inside the chat's frame. */
import { render } from 'preact';
import { Chat } from './core/chat';
import { paint } from './theme';
import { Panel } from './view/Panel';
import { fetchWords, languageOf, wordsIn } from './words';

const place = document.getElementById('chat');
const asked = new URLSearchParams(location.search);
const language = languageOf(asked.get('language') ?? navigator.language);
const words = wordsIn(language);
const widgetId = location.pathname.split('/').at(-1) ?? '';
/** Its page has no widget of its own: what it shows is told by the desk. */
const isPreview = location.pathname.endsWith('/preview/panel');
const chat = isPreview
  ? (await import('./preview/previewChat')).openPreview(Chat, language)
  : new Chat(widgetId, language, asked.has('identify') && parent !== window);

/** To the page around us: which may show the chat is said by our frame-ancestors. */
const tell = (type: string, detail: Record<string, unknown> = {}): void => {
  if (parent !== window) parent.postMessage({ halfminute: type, ...detail }, '*');
};

const SPEAK_AGAIN_MS = 3000;
/** Nothing is said before it can be said in the visitor's language. */
let isWorded = false;

function draw(): void {
  if (place === null || !isWorded) return;
  const { widget } = chat.state;
  if (widget !== null) {
    paint(widget, document.documentElement);
    document.title = widget.title || words('title');
  }
  render(
    <Panel chat={chat} words={words} language={language} onClose={() => tell('close')} />,
    place,
  );
}

document.documentElement.lang = language;
// Never within a drawing: what is drawn may take the focus, and that may change the state.
let isDue = false;
chat.onChange = () => {
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
};
chat.onHeard = (message) => {
  if (!chat.isShown) tell('unread', { message_id: message.id });
};
chat.onRead = () => tell('read');
addEventListener('message', ({ source, data }) => {
  const told = data as { halfminute?: unknown; isShown?: unknown; token?: unknown } | null;
  if (source !== parent) return;
  if (told?.halfminute === 'shown') chat.show(told.isShown === true);
  if (told?.halfminute === 'identify') void chat.identify();
  if (told?.halfminute === 'logout') {
    void chat.visit.end(typeof told.token === 'string' ? told.token : null).then(() => tell('forgotten'));
  }
});
function speak(): void {
  void fetchWords(language).then(
    () => {
      isWorded = true;
      draw();
    },
    () => setTimeout(speak, SPEAK_AGAIN_MS),
  );
}
speak();
void chat.start();
