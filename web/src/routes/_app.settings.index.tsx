import { createFileRoute, redirect } from '@tanstack/react-router';
import { currentSession } from '~/app/session';
import { SETTINGS_PLACES } from '~/features/settings/places';

/** The first page that the person may open; everybody has a profile. */
export const Route = createFileRoute('/_app/settings/')({
  beforeLoad: () => {
    const session = currentSession();
    const first = SETTINGS_PLACES.find((it) => session?.can(it.needs));
    throw redirect({ href: first?.to ?? '/profile', replace: true });
  },
});
