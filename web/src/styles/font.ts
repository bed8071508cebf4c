import latin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';

/**
 * Loads Inter once the first paint has been made: words appear in a stand-in of the same
 * measures, so the change moves nothing.
 */
export function loadFontAfterPaint(): void {
  if (!('fonts' in document)) return;
  const face = new FontFace('Inter', `url(${latin}) format('woff2')`, { weight: '100 900', display: 'swap' });
  requestAnimationFrame(() => {
    setTimeout(() => {
      face.load().then(
        (loaded) => document.fonts.add(loaded),
        // Without the file the stand-in stays; nothing else depends on it.
        () => undefined,
      );
    }, 0);
  });
}
