/** Files that are dropped anywhere on the chat, or pasted into it. */
import { useEffect, useRef } from 'preact/hooks';

export function useDropped(onFiles: (files: File[]) => void): void {
  const told = useRef(onFiles);
  told.current = onFiles;
  useEffect(() => {
    const take = (event: Event, data: DataTransfer | null): void => {
      const files = [...(data?.files ?? [])];
      // Words that are pasted beside a picture of them (a spreadsheet does that) are meant as words.
      if (files.length === 0 || (event.type === 'paste' && data?.types.includes('text/plain'))) return;
      event.preventDefault();
      told.current(files);
    };
    const onPaste = (event: ClipboardEvent): void => take(event, event.clipboardData);
    const onDrop = (event: DragEvent): void => take(event, event.dataTransfer);
    // Without it the browser would leave the chat for the file.
    const onDragOver = (event: DragEvent): void => event.preventDefault();
    document.addEventListener('paste', onPaste);
    document.addEventListener('drop', onDrop);
    document.addEventListener('dragover', onDragOver);
    return () => {
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('dragover', onDragOver);
    };
  }, []);
}
