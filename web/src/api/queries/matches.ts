import { queryOptions } from '@tanstack/react-query';
import { type Schema, api, bodyOf } from '../client';

export type LeadMatch = Schema<'LeadMatch'>;
export type LeadCheck = Schema<'LeadCheck'>;

/** Leads that may be the same person as what a form holds so far. Asked by POST, and changes nothing. */
export function leadMatchesQuery(check: LeadCheck) {
  const isEmpty = !check.name && !check.email && !check.phone;
  return queryOptions({
    queryKey: ['leads', 'matches', check] as const,
    queryFn: ({ signal }) => bodyOf(api.POST('/leads/check', { body: check, signal })),
    enabled: !isEmpty,
    staleTime: 30_000,
  });
}
