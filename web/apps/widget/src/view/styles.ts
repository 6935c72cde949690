/** Styles that come with a piece of the panel that is not always loaded: in its script, so that the piece is
 * never here without them. */

export function addStyles(text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets.push(sheet);
}
