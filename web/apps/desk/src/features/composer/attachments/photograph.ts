const QUALITY = 0.92;

/** What the film shows now, as a file named after the time; null where the browser cannot. */
export async function photograph(film: HTMLVideoElement): Promise<File | null> {
  const canvas = document.createElement('canvas');
  canvas.width = film.videoWidth;
  canvas.height = film.videoHeight;
  canvas.getContext('2d')?.drawImage(film, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
  const at = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return blob === null ? null : new File([blob], `photo-${at}.jpg`, { type: 'image/jpeg' });
}
