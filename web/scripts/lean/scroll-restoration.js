export const setupScrollRestoration = () => undefined;
export const getElementScrollRestorationEntry = () => undefined;
export const defaultGetScrollRestorationKey = (location) => location.href;
export const storageKey = '';
