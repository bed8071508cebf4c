import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '~/app/session';
import { type Field, fieldsQuery } from '~/api/queries/fields';
import { type Member, membersQuery } from '~/api/queries/members';
import { type Pipeline, type Stage, pipelinesQuery } from '~/api/queries/pipelines';

/** Who and what leads refer to by id, so that it can be named and chosen. */
export interface Directory {
  pipelines: readonly Pipeline[];
  /** All stages in their order, pipeline by pipeline. */
  stages: readonly Stage[];
  stage: (id: string | undefined | null) => Stage | undefined;
  pipeline: (id: string | undefined | null) => Pipeline | undefined;
  /** Those who can come in; somebody who left keeps the name on what is there. */
  members: readonly Member[];
  member: (id: string | undefined | null) => Member | undefined;
  fields: readonly Field[];
  field: (key: string) => Field | undefined;
  isReady: boolean;
}

const NO_PIPELINES: readonly Pipeline[] = [];
const NO_MEMBERS: readonly Member[] = [];
const NO_FIELDS: readonly Field[] = [];

export function useDirectory(): Directory {
  const session = useSession();
  const pipelines = useQuery(pipelinesQuery);
  const members = useQuery({ ...membersQuery, enabled: session.can('members:view') });
  const fields = useQuery(fieldsQuery);
  const isReady = pipelines.isSuccess && fields.isSuccess && !members.isLoading;
  return useMemo(
    () => directoryOf(pipelines.data ?? NO_PIPELINES, members.data ?? NO_MEMBERS, fields.data ?? NO_FIELDS, isReady),
    [pipelines.data, members.data, fields.data, isReady],
  );
}

export function directoryOf(
  pipelines: readonly Pipeline[],
  people: readonly Member[],
  fields: readonly Field[],
  isReady: boolean,
): Directory {
  const stages = pipelines.flatMap((it) => it.stages);
  const byStage = new Map(stages.map((it) => [it.id, it]));
  const byPipeline = new Map(pipelines.map((it) => [it.id, it]));
  const byMember = new Map(people.map((it) => [it.userId, it]));
  const byKey = new Map(fields.map((it) => [it.key, it]));
  return {
    pipelines,
    stages,
    stage: (id) => byStage.get(id ?? ''),
    pipeline: (id) => byPipeline.get(id ?? ''),
    members: people.filter((it) => it.active),
    member: (id) => byMember.get(id ?? ''),
    fields,
    field: (key) => byKey.get(key),
    isReady,
  };
}
