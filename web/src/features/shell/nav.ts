import { Columns3, FileInput, type LucideIcon, Settings, Table2, UsersRound } from 'lucide-react';
import type { Permission } from '~/app/session';
import type { Words } from '~/i18n';

export interface Place {
  id: string;
  /** The address; typed where it is used as a link. */
  to: '/board' | '/leads' | '/duplicates' | '/imports' | '/settings';
  label: Words;
  icon: LucideIcon;
  keys?: string;
  /** The right without which it is not offered. */
  needs?: Permission;
  /** Stands in the bar at the bottom of a phone, which has room for few. */
  isInBar?: boolean;
}

/** Where the sidebar leads. A place is listed when its screen is there, not before. */
export const PLACES: readonly Place[] = [
  { id: 'go.board', to: '/board', label: { id: 'nav.board', defaultMessage: 'Board' }, icon: Columns3, keys: 'g b', isInBar: true },
  { id: 'go.leads', to: '/leads', label: { id: 'nav.leads', defaultMessage: 'Leads' }, icon: Table2, keys: 'g l', isInBar: true },
  {
    id: 'go.duplicates',
    to: '/duplicates',
    label: { id: 'nav.duplicates', defaultMessage: 'Duplicates' },
    icon: UsersRound,
    keys: 'g d',
  },
  {
    id: 'go.imports',
    to: '/imports',
    label: { id: 'nav.imports', defaultMessage: 'Import' },
    icon: FileInput,
    keys: 'g i',
    needs: 'leads:import',
  },
];

export const SETTINGS: Place = {
  id: 'go.settings',
  to: '/settings',
  label: { id: 'nav.settings', defaultMessage: 'Settings' },
  icon: Settings,
};
