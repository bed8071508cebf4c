import { createFileRoute } from '@tanstack/react-router';
import { WorkspaceScreen } from '~/features/settings/workspace-screen';

export const Route = createFileRoute('/_app/settings/workspace')({ component: WorkspaceScreen });
