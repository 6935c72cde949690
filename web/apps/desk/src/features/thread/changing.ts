/** How a change of a message is asked for. */
import { isApiError } from '@halfminute/api';
import { toasts } from '../../shell/toasts.svelte';
import { t, words } from '../../shell/words.svelte';

/** Whether the server took it; says why where it did not. */
export async function isTaken(asking: Promise<void>): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (error) {
    if (isApiError(error) && error.kind === 'refused') {
      toasts.show(t('change.refused', { reason: words.coded('reason', error.code) }), 'late');
    } else toasts.failure('change.not_asked', error);
    return false;
  }
}
