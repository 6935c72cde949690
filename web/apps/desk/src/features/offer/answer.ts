/** Answering an offer; one that ended a moment before is explained kindly. */
import { isApiError, type OfferView } from '@halfminute/api';
import { withoutOffer } from '../../core/answers';
import type { Screen } from '../../shell/screen.svelte';
import { toasts } from '../../shell/toasts.svelte';
import { t } from '../../shell/words.svelte';
import { holderOf } from '../queues/pull';

export async function accept(screen: Screen, offer: OfferView): Promise<void> {
  try {
    await screen.desk.commands.accept(offer);
    screen.show(offer.conversation_id, 'mine');
    screen.write(offer.conversation_id, 'reply');
  } catch (error) {
    await explain(screen, offer, error);
  }
}

export async function decline(screen: Screen, offer: OfferView): Promise<void> {
  try {
    await screen.desk.commands.decline(offer, 'declined');
  } catch (error) {
    await explain(screen, offer, error);
  }
}

async function explain(screen: Screen, offer: OfferView, error: unknown): Promise<void> {
  if (!isApiError(error) || error.isTransient) {
    toasts.failure('offer.failed', error);
    return;
  }
  screen.desk.change((state) => withoutOffer(state, offer.id));
  const name = await holderOf(screen, offer.conversation_id);
  toasts.show(name === null ? t('offer.late') : t('offer.late.by', { name }), 'warn');
}
