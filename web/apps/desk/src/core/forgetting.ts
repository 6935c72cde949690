/** Forgets in this browser what the server has erased. Messages come as frames; what the browser keeps
 * by itself goes here: drafts, files beside them, and words on their way. */
import type { EventFrame } from '@halfminute/api';
import { withDraft } from './answers';
import type { Desk } from './desk';

export function forgetErased(desk: Desk, events: readonly EventFrame[]): void {
  for (const { event, data } of events) {
    const id = data.conversation_id;
    if (event !== 'ContactErased' || !id) continue;
    desk.drafts.forget(id);
    desk.lostDrafts.putAway(id);
    void desk.outbox.forget(id);
    desk.parts.forgetFiles(id, desk.attachments.forget(id));
    desk.change((state) => withDraft(state, id, null));
  }
}
