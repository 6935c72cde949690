/** What the loader is told of its widget, by the server in its own bytes. */

export interface Invitation {
  text: string;
  seconds: number;
  /** Paths, in which `*` stands for anything; none for all pages. */
  pages: readonly string[];
}

export interface LauncherSettings {
  widget: string;
  accent: string;
  /** What can be read on the accent. */
  ink: string;
  side: 'left' | 'right';
  /** Paths of pages without the button. */
  hidden: readonly string[];
  invitation: Invitation;
  /** The panel's page, where it is another than the widget's own. */
  panel?: string;
}
