/** Taking a waiting conversation; of several who reach for it one gets it, and the others learn who. */
import { isApiError, type ConversationView } from '@halfminute/api';
import { withConversation } from '../../core/answers';
import type { Screen } from '../../shell/screen.svelte';
import { toasts } from '../../shell/toasts.svelte';
import { t } from '../../shell/words.svelte';

export async function pull(screen: Screen, conversation: ConversationView): Promise<void> {
  try {
    await screen.desk.commands.pull(conversation.id);
    screen.show(conversation.id, 'mine');
    screen.write(conversation.id, 'reply');
  } catch (error) {
    const isLost = isApiError(error) && (error.status === 409 || error.status === 404);
    if (isLost) await sayWho(screen, conversation.id);
    else toasts.failure('queue.pull.failed', error);
  }
}

/** The name of who has the conversation now, where we may know it. */
export async function holderOf(screen: Screen, id: string): Promise<string | null> {
  try {
    const { conversation } = await screen.desk.parts.api.getConversation(id);
    screen.desk.change((state) => withConversation(state, conversation));
    const isOther = conversation.agent_id !== screen.session.user.id;
    return isOther ? conversation.agent_name : null;
  } catch {
    return null;
  }
}

async function sayWho(screen: Screen, id: string): Promise<void> {
  const name = await holderOf(screen, id);
  toasts.show(name === null ? t('queue.pull.gone') : t('queue.pull.taken', { name }), 'warn');
}
