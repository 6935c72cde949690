/** Ending the wrap-up, or lengthening it, from the bar or by its key. */
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

export async function extendWrapUp(screen: Screen, conversation: ConversationView): Promise<void> {
  try {
    await screen.desk.commands.extendWrapUp(conversation.id);
  } catch (error) {
    toasts.failure('wrap_up.extend.failed', error);
  }
}
