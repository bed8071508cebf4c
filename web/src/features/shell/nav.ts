import { Columns3, type LucideIcon, Settings, Table2 } from 'lucide-react';
import type { Words } from '~/i18n';

export interface Place {
  id: string;
  /** The address; typed where it is used as a link. */
  to: '/board' | '/leads' | '/settings';
  label: Words;
  icon: LucideIcon;
  keys?: string;
}

/** Where the sidebar leads. A place is listed when its screen is there, not before. */
export const PLACES: readonly Place[] = [
  { id: 'go.board', to: '/board', label: { id: 'nav.board', defaultMessage: 'Board' }, icon: Columns3, keys: 'g b' },
  { id: 'go.leads', to: '/leads', label: { id: 'nav.leads', defaultMessage: 'Leads' }, icon: Table2, keys: 'g l' },
];

export const SETTINGS: Place = {
  id: 'go.settings',
  to: '/settings',
  label: { id: 'nav.settings', defaultMessage: 'Settings' },
  icon: Settings,
};
