/** Where we are, kept in the address: `#/mine/<conversation>` or `#/queues/<conversation>`. */

export type Tab = 'mine' | 'queues';

interface Place {
  tab: Tab;
  conversationId: string | null;
}

function read(): Place {
  const [, tab, id] = /^#\/(mine|queues)(?:\/([\w-]+))?$/.exec(location.hash) ?? [];
  return { tab: tab === 'queues' ? 'queues' : 'mine', conversationId: id ?? null };
}

class Route {
  place = $state.raw<Place>(read());

  constructor() {
    addEventListener('hashchange', () => (this.place = read()));
  }

  go(tab: Tab, conversationId: string | null = null): void {
    this.place = { tab, conversationId };
    const hash = conversationId === null ? `#/${tab}` : `#/${tab}/${conversationId}`;
    if (location.hash !== hash) history.pushState(null, '', hash);
  }
}

export const route = new Route();

addEventListener('popstate', () => (route.place = read()));
