import type { Permission } from '~/app/session';
import type { Words } from '~/i18n';

export interface SettingsPlace {
  to: string;
  label: Words;
  needs: Permission;
}

/** The pages of the settings, in their order. Everybody is shown those they may open. */
export const SETTINGS_PLACES: readonly SettingsPlace[] = [
  { to: '/settings/workspace', label: { id: 'settings.workspace', defaultMessage: 'Workspace' }, needs: 'workspace:manage' },
  { to: '/settings/members', label: { id: 'settings.members', defaultMessage: 'Members' }, needs: 'members:view' },
  { to: '/settings/teams', label: { id: 'settings.teams', defaultMessage: 'Teams' }, needs: 'members:view' },
  { to: '/settings/roles', label: { id: 'settings.roles', defaultMessage: 'Roles' }, needs: 'members:view' },
  { to: '/settings/pipelines', label: { id: 'settings.pipelines', defaultMessage: 'Pipelines' }, needs: 'pipelines:manage' },
  { to: '/settings/fields', label: { id: 'settings.fields', defaultMessage: 'Fields' }, needs: 'fields:manage' },
  { to: '/settings/api-keys', label: { id: 'settings.keys', defaultMessage: 'API keys' }, needs: 'keys:manage' },
  { to: '/settings/audit', label: { id: 'settings.audit', defaultMessage: 'Audit log' }, needs: 'audit:view' },
];
