/** The chat of nobody: it shows what the desk tells, and asks the server for nothing. */
import type { GivenForm, MessageView } from '@halfminute/api';
import type { Chat } from '../core/chat';
import { isTold, type Told } from './told';

/** Its base is handed in, so that the panel stays one chunk. */
export function openPreview(Base: typeof Chat, language: string): Chat {
  class PreviewChat extends Base {
    constructor() {
      super('preview', language);
      addEventListener('message', ({ source, origin, data }) => {
        if (source !== parent || origin !== location.origin || !isTold(data)) return;
        document.documentElement.dataset['scheme'] = data.scheme;
        const filled = data.scene === 'form' ? null : {};
        this.set({ widget: data.view, messages: messagesIn(data), isLoaded: true, filled });
      });
    }

    override async start(): Promise<void> {
      parent.postMessage({ halfminute: 'previewed' }, location.origin);
    }

    override fill(_filled: GivenForm): void {}
    override async say(_text: string): Promise<void> {}
    override confirmRead(): void {}
  }
  return new PreviewChat();
}

function messagesIn({ scene, sample }: Told): MessageView[] {
  if (scene !== 'chat') return [];
  return [draw('1', 'in', '', sample.question), draw('2', 'out', sample.agent, sample.answer)];
}

/** As much of a message as the panel draws. */
function draw(id: string, direction: 'in' | 'out', author_name: string, text: string): MessageView {
  const drawn = {
    id,
    direction,
    author_name,
    parts: [{ type: 'text', text, entities: [] }],
    sent_at: new Date().toISOString(),
    reply_to: null,
    edited_at: null,
    deleted_at: null,
    delivery: 'read',
  };
  return drawn as unknown as MessageView;
}
