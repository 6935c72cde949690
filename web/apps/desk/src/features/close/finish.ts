/** Ending the wrap-up, from the bar or by its key. */
import type { ConversationView } from '@halfminute/api';
import type { Screen } from '../../shell/screen.svelte';
import { toasts } from '../../shell/toasts.svelte';

export async function finishWrapUp(screen: Screen, conversation: ConversationView): Promise<void> {
  try {
    await screen.desk.commands.finishWrapUp(conversation.id);
    if (screen.openId === conversation.id) screen.show(null);
  } catch (error) {
    toasts.failure('wrap_up.failed', error);
  }
}
