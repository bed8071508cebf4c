import { createStore, useStore } from './store';

export type ToastTone = 'success' | 'info' | 'warning' | 'danger';

export interface ToastContent {
  tone: ToastTone;
  text: string;
  /** What to do next, such as Undo; the toast closes when it is pressed. */
  action?: { label: string; run: () => void };
  /** To be quoted when somebody asks for help. */
  requestId?: string | undefined;
}

export interface Toast extends ToastContent {
  id: number;
  at: number;
}

/** How many toasts are shown at once; the others wait in the list of notifications. */
export const TOASTS_SHOWN = 3;
const NOTIFICATIONS_KEPT = 50;

const shown = createStore<readonly Toast[]>([]);
const kept = createStore<readonly Toast[]>([]);
const unread = createStore(0);
let count = 0;

/** Shows a message that stays over a change of route, and keeps it in the list of notifications. */
export function toast(content: ToastContent): number {
  count += 1;
  const made: Toast = { ...content, id: count, at: Date.now() };
  shown.set((before) => [...before, made].slice(-TOASTS_SHOWN));
  kept.set((before) => [made, ...before].slice(0, NOTIFICATIONS_KEPT));
  if (content.tone === 'danger' || content.tone === 'warning') unread.set((before) => before + 1);
  return made.id;
}

export function dismissToast(id: number): void {
  shown.set((before) => before.filter((it) => it.id !== id));
}

/** How long a toast stays: errors until they are closed, those with an action long enough to reach it. */
export function toastTimeout(content: ToastContent): number | undefined {
  if (content.tone === 'danger') return undefined;
  return content.action ? 10_000 : 5_000;
}

export const readNotifications = (): void => unread.set(0);
export const useToasts = (): readonly Toast[] => useStore(shown);
export const useNotifications = (): readonly Toast[] => useStore(kept);
export const useUnreadNotifications = (): number => useStore(unread);
