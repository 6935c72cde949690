/** Which of a browser's tabs holds the chat's connection, and what they tell each other: the frame of another
 * site is given neither locks nor channels. */

export interface Sharing {
  /** Be one of the tabs. A tab that `isStealing` takes the lead from one that does not answer. */
  join(isStealing: boolean): void;
  /** To the other tabs. */
  tell(told: unknown): void;
  /** Let another lead. */
  release(): void;
}

/** Who holds the lock holds the connection for all tabs; where tabs cannot share, each does. */
export function shareTabs(name: string, canKeep: () => boolean, post: (message: object) => void): Sharing {
  let channel: BroadcastChannel | undefined;
  let wait = new AbortController();
  let release = (): void => undefined;
  const lead = (isLeader: boolean): void => post({ halfminute: 'lead', isLeader });
  return {
    join: (isStealing) => {
      const locks = navigator.locks as LockManager | undefined;
      wait.abort();
      release();
      if (locks === undefined || !('BroadcastChannel' in window) || !canKeep()) return lead(true);
      if (channel === undefined) {
        channel = new BroadcastChannel(name);
        channel.onmessage = ({ data }) => post({ halfminute: 'told', told: data as unknown });
      }
      post({ halfminute: 'joined' });
      const mine = (wait = new AbortController());
      const options = isStealing ? { steal: true } : { signal: mine.signal };
      const hold = (): Promise<void> => {
        lead(true);
        return new Promise((resolve) => (release = resolve));
      };
      // Refused to us, or stolen from us; a wait that we have given up ourselves is none of the frame's.
      locks.request(name, options, hold).catch(() => mine === wait && lead(false));
    },
    tell: (told) => channel?.postMessage(told),
    release: () => release(),
  };
}
