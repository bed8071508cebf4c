const asked = new Set();

/** Fetches a module with all that it imports at once, instead of one after the other. There is one sheet of styles, so none waits. */
function preload(load, files = []) {
  const nonce = document.querySelector('meta[property=csp-nonce]')?.nonce;
  for (const file of files) {
    if (asked.has(file)) continue;
    asked.add(file);
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = `/${file}`;
    if (nonce) link.nonce = nonce;
    document.head.append(link);
  }
  return load();
}

// The name by which what Vite builds calls it.
export { preload as '__vitePreload' };
