/** Answering a question for help, and ending it; what ended a moment before is explained kindly. */
import { isApiError, type ConsultView } from '@halfminute/api';
import { withoutConsult } from '../../core/answers';
import type { Screen } from '../../shell/screen.svelte';
import { toasts } from '../../shell/toasts.svelte';
import { t } from '../../shell/words.svelte';

export async function answerConsult(
  screen: Screen,
  consult: ConsultView,
  verb: 'accept' | 'decline',
): Promise<void> {
  try {
    await screen.desk.commands.answerConsult(consult.id, verb);
    if (verb === 'decline') return;
    screen.show(consult.conversation_id, 'mine');
    screen.write(consult.conversation_id, 'note');
  } catch (error) {
    explain(screen, consult, error);
  }
}

export async function endConsult(screen: Screen, consult: ConsultView): Promise<void> {
  try {
    await screen.desk.commands.endConsult(consult.id);
    const isHelper = consult.agent_id === screen.session.user.id;
    if (isHelper && screen.openId === consult.conversation_id) screen.show(null);
  } catch (error) {
    explain(screen, consult, error);
  }
}

function explain(screen: Screen, consult: ConsultView, error: unknown): void {
  if (!isApiError(error) || error.isTransient) {
    toasts.failure('consult.failed', error);
    return;
  }
  screen.desk.change((state) => withoutConsult(state, consult.id));
  toasts.show(t('consult.over'), 'warn');
}
