/** The site's two colours, and what can be read on each. */
import type { WidgetView } from '@halfminute/api';

export function paint(widget: WidgetView, root: HTMLElement): void {
  const colours = { accent: widget.accent, 'on-accent': widget.accent_ink, head: widget.head, 'on-head': widget.head_ink };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
}
