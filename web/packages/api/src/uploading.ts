/** Hands in a file in the name of who is signed in. */
import { ApiError, errorOf } from './errors';
import { sendBody } from './sending';
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

/** Throws ApiError; also where `signal` ends it, and nobody waits for it then. */
export const uploadFile: Upload = async (file, { clientId, name, onProgress, signal }) => {
  const query = new URLSearchParams({ client_id: clientId, name });
  const url = `/api/files?${query.toString()}`;
  const { status, text, retryAfter } = await sendBody(url, file, { headers: {}, onProgress, signal });
  if (status === 0) throw new ApiError('offline', 0, 'offline', 'the upload broke');
  if (status < 200 || status >= 300) throw errorOf(status, text, retryAfter);
  return JSON.parse(text) as UploadedFile;
};
