/** Where the arrow keys lead among the tiles of a grid. */

/** How many stand in its first row, as it is laid out now. */
export function columnsOf(tiles: readonly { offsetTop: number }[]): number {
  const second = tiles.findIndex(({ offsetTop }) => offsetTop !== tiles[0]?.offsetTop);
  return second === -1 ? Math.max(1, tiles.length) : second;
}

/** The tile to go to; null where the key leads out of the grid, upwards; undefined for any other key. */
export function stepTo(at: number, count: number, columns: number, key: string): number | null | undefined {
  const last = count - 1;
  // The last row may be shorter: whoever goes down is to get there.
  const isLastRow = Math.floor(at / columns) === Math.floor(last / columns);
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowDown':
      return isLastRow ? at : Math.min(last, at + columns);
    case 'ArrowUp':
      return at < columns ? null : at - columns;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
