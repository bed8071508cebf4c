/** A filter in the words of the server; `saved` is the way back. */
import { type Condition, type Group, type LeadFilter, type Node, type ServerFilter, isGroup, tidy } from './model';

/** What the server is asked for; nothing where the filter asks for nothing. */
export function toCondition(root: Group): Condition | undefined {
  const tidied = tidy(root);
  return tidied.members.length === 0 ? undefined : conditionOf(tidied);
}

function conditionOf(node: Node): Condition {
  if (!isGroup(node)) return node as Condition;
  const members = node.members.map(conditionOf);
  const [only] = members;
  if (node.mode === 'none') return { not: members.length === 1 && only ? only : { any: members } };
  return node.mode === 'any' ? { any: members } : { all: members };
}

/** For bodies of requests: bulk actions, exports, saved views. */
export function toServerFilter({ root, search, deleted }: LeadFilter): ServerFilter {
  const where = toCondition(root);
  return { ...(where && { where }), ...(search && { search }), ...(deleted && { deleted }) };
}

/** For the query of a list. */
export function toQuery(filter: LeadFilter): { where?: string; search?: string; deleted?: boolean } {
  const { where, ...rest } = toServerFilter(filter);
  return { ...(rest as { search?: string; deleted?: boolean }), ...(where && { where: JSON.stringify(where) }) };
}
