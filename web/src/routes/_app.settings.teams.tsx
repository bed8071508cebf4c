import { createFileRoute } from '@tanstack/react-router';
import { TeamsScreen } from '~/features/settings/teams-screen';

export const Route = createFileRoute('/_app/settings/teams')({ component: TeamsScreen });
