import { useQuery } from '@tanstack/react-query';
import { type Member, membersQuery } from '~/api/queries/members';
import { useSession } from '~/app/session';

const NOBODY: readonly Member[] = [];

/** The members of the workspace; none for somebody who may not see them. */
export function useMembers(): readonly Member[] {
  const { can } = useSession();
  const { data } = useQuery({ ...membersQuery, enabled: can('members:view') });
  return data ?? NOBODY;
}
