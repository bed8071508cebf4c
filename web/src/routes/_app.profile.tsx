import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { compact, oneOf } from '~/app/address';
import { ProfileScreen } from '~/features/profile/profile-screen';
import { PROFILE_TABS, type ProfileTab } from '~/features/profile/profile-tabs';

export const Route = createFileRoute('/_app/profile')({
  validateSearch: (raw: Record<string, unknown>): { tab?: ProfileTab | undefined } => compact({ tab: oneOf(raw['tab'], PROFILE_TABS) }),
  component: ProfileRoute,
});

function ProfileRoute() {
  const { tab } = Route.useSearch();
  const navigate = useNavigate({ from: Route.fullPath });
  return <ProfileScreen tab={tab ?? 'account'} onTab={(next) => void navigate({ search: { tab: next }, replace: true })} />;
}
