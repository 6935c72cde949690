/** Where we are, kept in the address: `#/mine/<conversation>`, `#/queues/<conversation>`, or
 * `#/wallboard`. */

export type Tab = 'mine' | 'queues';

interface Place {
  tab: Tab;
  conversationId: string | null;
  isWallboard: boolean;
}

const WALLBOARD = '#/wallboard';

function read(): Place {
  const [, tab, id] = /^#\/(mine|queues)(?:\/([\w-]+))?$/.exec(location.hash) ?? [];
  return {
    tab: tab === 'queues' ? 'queues' : 'mine',
    conversationId: id ?? null,
    isWallboard: location.hash === WALLBOARD,
  };
}

class Route {
  place = $state.raw<Place>(read());

  constructor() {
    addEventListener('hashchange', () => (this.place = read()));
  }

  go(tab: Tab, conversationId: string | null = null): void {
    this.place = { tab, conversationId, isWallboard: false };
    this.push(conversationId === null ? `#/${tab}` : `#/${tab}/${conversationId}`);
  }

  goToWallboard(): void {
    this.place = { ...this.place, conversationId: null, isWallboard: true };
    this.push(WALLBOARD);
  }

  private push(hash: string): void {
    if (location.hash !== hash) history.pushState(null, '', hash);
  }
}

export const route = new Route();

addEventListener('popstate', () => (route.place = read()));
