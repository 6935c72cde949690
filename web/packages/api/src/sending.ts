/** Sends a body and tells how much of it has gone: by XMLHttpRequest, for `fetch` does not tell. */

export interface SendingOptions {
  headers: Record<string, string>;
  /** 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

export interface SendingAnswer {
  /** 0: the line broke, or `signal` ended it. */
  status: number;
  text: string;
  retryAfter: string | null;
}

/** Longer silences than this are a broken line. */
const SILENCE_MS = 60_000;
const BROKEN: SendingAnswer = { status: 0, text: '', retryAfter: null };

export const sendBody = (
  url: string,
  body: Blob,
  { headers, onProgress, signal }: SendingOptions,
): Promise<SendingAnswer> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve(BROKEN);
      return;
    }
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout>;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const abort = (): void => request.abort();

    request.open('POST', url);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      heard();
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(silence);
      signal.removeEventListener('abort', abort);
      const { status, responseText: text } = request;
      resolve(status === 0 ? BROKEN : { status, text, retryAfter: request.getResponseHeader('retry-after') });
    });
    signal.addEventListener('abort', abort);
    heard();
    request.send(body);
  });
