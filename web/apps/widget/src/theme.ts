/** The site's two colours, and on each what can be read. */
import type { WidgetView } from '@halfminute/api';
import { inkOn } from '@halfminute/ui/contrast';

export function paint({ accent, head }: WidgetView, root: HTMLElement): void {
  const colours = { accent, 'on-accent': inkOn(accent), head, 'on-head': inkOn(head) };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
}
