/** Whether anybody is there: no fact of our stream, so it is asked for now and then as long as nobody has the
 * conversation. */
import type { Api } from './api';
import type { State } from './state';

const LOOK_MS = 30_000;

export interface AttendanceParts {
  api: Api;
  state(): State;
  isShown(): boolean;
  set(change: Partial<State>): void;
}

export function lookForAttendance({ api, state, isShown, set }: AttendanceParts): void {
  setInterval(() => {
    if (!isShown() || state().conversation?.state === 'active') return;
    void api.getWidget().then(
      (widget) => set({ widget }),
      () => undefined,
    );
  }, LOOK_MS);
}
