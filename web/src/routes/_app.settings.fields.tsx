import { createFileRoute } from '@tanstack/react-router';
import { fieldsQuery } from '~/api/queries/fields';
import { FieldsScreen } from '~/features/fields/fields-screen';

export const Route = createFileRoute('/_app/settings/fields')({
  loader: ({ context }) => void context.queryClient.prefetchQuery(fieldsQuery),
  component: FieldsScreen,
});
