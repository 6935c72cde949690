/** Tells whether an element is on the screen: what nobody sees need not move. */
import type { Attachment } from 'svelte/attachments';

export const seen =
  (tell: (isSeen: boolean) => void): Attachment =>
  (node) => {
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(node);
    return () => observer.disconnect();
  };
