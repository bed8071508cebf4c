import { createStore } from '~/app/store';

/** What is open over the screen; one thing at a time. */
export type Panel = 'palette' | 'help' | 'notifications' | 'menu' | null;

export const openPanel = createStore<Panel>(null);
export const close = (): void => openPanel.set(null);
