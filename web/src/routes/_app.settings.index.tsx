import { createFileRoute, redirect } from '@tanstack/react-router';
import { currentSession } from '~/app/session';

/** The first page that the person may open; everybody has a profile. */
export const Route = createFileRoute('/_app/settings/')({
  beforeLoad: async () => {
    const { SETTINGS_PLACES } = await import('~/features/settings/places');
    const session = currentSession();
    const first = SETTINGS_PLACES.find((it) => session?.can(it.needs));
    throw redirect({ href: first?.to ?? '/profile', replace: true });
  },
});
