import { type Schema, api, bodyOf } from './client';

/** What the server answered to a write, and the change set by which it is taken back. */
export interface Written<Body> {
  body: Body;
  /** Nothing where nothing was changed. */
  changeSet: string | undefined;
}

/** `await written(api.PATCH('/leads/{id}', …))` */
export async function written<Body>(
  answer: Promise<{ data?: Body; response: Response }>,
): Promise<Written<NonNullable<Body>>> {
  const { data, response } = await answer;
  return { body: data as NonNullable<Body>, changeSet: response.headers.get('change-set-id') ?? undefined };
}

export type UndoAnswer = Schema<'UndoAnswer'>;

/** Takes a change set back. What others changed since stays as they left it. */
export function undoChangeSet(id: string): Promise<UndoAnswer> {
  return bodyOf(api.POST('/change-sets/{id}/undo', { params: { path: { id } }, body: {} }));
}
