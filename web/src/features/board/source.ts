import { api, bodyOf } from '~/api/client';
import type { Board, BoardScope } from '~/api/queries/board';
import type { CardPage, ColumnStart, PageSource } from '~/ui/board/types';
import type { Card } from './card-data';

/** Reads pages of cards of the leads that the board shows. What leads on from a page belongs to exactly this scope. */
export function cardSource(scope: BoardScope): PageSource<Card> {
  return async (stageId, from, signal): Promise<CardPage<Card>> => {
    const where = 'end' in from ? { before: '' } : from;
    const page = await bodyOf(
      api.GET('/board/{stageId}/cards', { params: { path: { stageId }, query: { ...scope, ...where } }, signal }),
    );
    const { row, total, totalCapped, cards, nextAfter } = page;
    return { row, total, capped: totalCapped ?? false, cards, nextAfter: nextAfter ?? null };
  };
}

/** The columns as the board's answer has them. */
export function startsOf(board: Board): ColumnStart<Card>[] {
  return board.stages.map(({ id, count, countCapped, sums, cards, nextAfter }) => ({
    id,
    total: count,
    capped: countCapped ?? false,
    sums,
    cards,
    nextAfter: nextAfter ?? null,
  }));
}
