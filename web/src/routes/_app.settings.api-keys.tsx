import { createFileRoute } from '@tanstack/react-router';
import { KeysScreen } from '~/features/settings/keys-screen';

export const Route = createFileRoute('/_app/settings/api-keys')({ component: KeysScreen });
