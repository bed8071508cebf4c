// The name by which what Vite builds calls it.
// oxlint-disable-next-line no-underscore-dangle
export const __vitePreload = (load) => load();
