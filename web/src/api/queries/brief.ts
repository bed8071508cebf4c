import type { QueryClient } from '@tanstack/react-query';
import type { Lead } from './leads';

/** What a list or a card knew of a lead before it was opened; it is shown until the whole lead is there. */
export type Brief = Pick<Lead, 'id' | 'name'> & Partial<Lead>;

const briefKey = (id: string) => ['leads', 'brief', id] as const;

/** Keeps what is known of a lead already, so that opening it shows that at once. */
export function rememberBrief(cache: QueryClient, lead: Brief): void {
  cache.setQueryData(briefKey(lead.id), lead);
}

export const rememberedBrief = (cache: QueryClient, id: string): Brief | undefined => cache.getQueryData<Brief>(briefKey(id));
