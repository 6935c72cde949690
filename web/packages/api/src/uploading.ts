/** Hands in a file. By XMLHttpRequest, for `fetch` does not tell how much of a body has gone. */
import { ApiError, errorOf } from './errors';
import type { UploadedFile } from './server.generated';

export interface UploadOptions {
  /** Of our own making, once a file: sent again, it gives the file that is there. */
  clientId: string;
  name: string;
  /** 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

export type Upload = (file: Blob, options: UploadOptions) => Promise<UploadedFile>;

/** Longer silences than this are a broken line. */
const SILENCE_MS = 60_000;

/** Throws ApiError; also where `signal` ends it, and nobody waits for it then. */
export const uploadFile: Upload = (file, { clientId, name, onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ client_id: clientId, name });
    let silence: ReturnType<typeof setTimeout>;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const broken = (): void => reject(new ApiError('offline', 0, 'offline', 'the upload broke'));
    const abort = (): void => request.abort();

    request.open('POST', `/api/files?${query.toString()}`);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => {
      heard();
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      const { status } = request;
      if (status >= 200 && status < 300) resolve(JSON.parse(request.responseText) as UploadedFile);
      else reject(errorOf(status, request.responseText, request.getResponseHeader('retry-after')));
    });
    request.addEventListener('error', broken);
    request.addEventListener('abort', broken);
    request.addEventListener('loadend', () => {
      clearTimeout(silence);
      signal.removeEventListener('abort', abort);
    });
    if (signal.aborted) {
      broken();
      return;
    }
    signal.addEventListener('abort', abort);
    heard();
    request.send(file);
  });
