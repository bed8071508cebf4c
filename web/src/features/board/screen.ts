import type { Board, BoardScope } from '~/api/queries/board';
import { membersQuery, type Member } from '~/api/queries/members';
import { announce } from '~/app/announce';
import { atHand } from '~/app/at-hand';
import { queryClient } from '~/app/queryClient';
import { currentSession } from '~/app/session';
import { createStore, type Store } from '~/app/store';
import { say } from '~/i18n';
import { BoardController } from '~/ui/board/controller';
import type { CardAct } from '~/ui/board/keys';
import { Pages } from '~/ui/board/pages';
import type { BoardParts, BoardScreenHost } from '~/ui/board/parts';
import { BoardStore } from '~/ui/board/store';
import type { Place } from '~/ui/board/types';
import { type Card, isAbove, nameOfCard, worthOf } from './card-data';
import { LiveBoard } from './live';
import { cardSource, startsOf } from './source';
import { boardSpeech } from './speech';

/** A menu beside a card. */
export type MenuOpen =
  | { readonly kind: 'stage'; readonly id: string }
  | { readonly kind: 'card'; readonly id: string }
  | { readonly kind: 'assign'; readonly ids: readonly string[] };

/** What stands open over the board. */
export type Open =
  | MenuOpen
  | { readonly kind: 'tag'; readonly ids: readonly string[] }
  | { readonly kind: 'lost'; readonly id: string }
  | { readonly kind: 'refused'; readonly names: readonly string[]; readonly undo: () => Promise<void> };

/** What only the page around the board can do. */
export interface Doors {
  openLead(id: string, act?: CardAct): void;
}

/** A board that is shown: its parts, and what it knows of stages and people. */
export interface Screen extends BoardParts<Card> {
  readonly data: Board;
  readonly scope: BoardScope;
  readonly folded: Store<ReadonlySet<string>>;
  readonly open: Store<Open | undefined>;
  readonly live: LiveBoard;
  stageName(id: string): string;
  ownerName(id: string | null | undefined): string | undefined;
}

/** What is done with cards; the cards themselves are shown without it. */
export const deeds = atHand(() => import('./deeds'));

export function createScreen(data: Board, scope: BoardScope, folded: Store<ReadonlySet<string>>, doors: Doors): Screen {
  const store = new BoardStore<Card>(worthOf);
  store.start(startsOf(data));
  const source = cardSource(scope);
  const pages = new Pages(store, source);
  const open = createStore<Open | undefined>(undefined);
  const stages = new Map(data.stages.map((it) => [it.id, it.name]));
  const stageName = (id: string) => stages.get(id) ?? '';
  const names: Names = new WeakMap();
  const moves = new Set<Promise<void>>();
  const host = createHost();
  const controller = new BoardController<Card>(store, () => host);
  const screen: Screen = {
    store,
    pages,
    controller,
    host: () => host,
    data,
    scope,
    folded,
    open,
    live: new LiveBoard({ store, controller, pages, scope, source, folded, stageName }),
    stageName,
    ownerName,
  };
  return screen;

  function createHost(): BoardScreenHost<Card> {
    const sort = scope.sort ?? 'position';
    return {
      speech: boardSpeech(stageName),
      say: (text) => announce(text, 'assertive'),
      onMove: (ids, to) => {
        const move = deeds.run((it) => it.moveCards(screen, ids, to)).finally(() => moves.delete(move));
        moves.add(move);
      },
      onOpen: (id) => doors.openLead(id),
      onStageMenu: (id) => open.set({ kind: 'stage', id }),
      onCardMenu: (id) => open.set({ kind: 'card', id }),
      onAct: (act, id) => {
        const ids = controller.taken(id);
        if (act === 'assign') open.set({ kind: act, ids });
        else if (act === 'tag') open.set({ kind: act, ids });
        else doors.openLead(id, act);
      },
      // What was dropped a moment ago can be undone as soon as the server has answered.
      onUndo: () => void Promise.allSettled(moves).then(() => deeds.run((it) => it.undo())),
      canMove: () => currentSession()?.can('leads:move') ?? false,
      isFolded: (column) => folded.get().has(column),
      rank: (card, column) => (sort === 'position' ? undefined : rankOf(store, sort, card, column)),
      ready: (place) => neighboursLoaded(pages, store, place),
      nameOf: (card) => nameIn(names, card),
      emptyText: (column) => emptyText(data, column, scope),
      onShowHeld: (column) => void screen.live.showHeld(column),
      isOrderable: () => sort === 'position',
    };
  }
}

/** Cards in words, as long as they are what they are: a key press draws a column whose cards have not changed. */
type Names = WeakMap<Card, { readonly owner: string | undefined; readonly name: string }>;

function nameIn(names: Names, card: Card): string {
  const owner = ownerName(card.assignedTo);
  const known = names.get(card);
  if (known && known.owner === owner) return known.name;
  const name = nameOfCard(card, owner);
  names.set(card, { owner, name });
  return name;
}

/** Names come with the list of members; until it is there a card has none. */
function ownerName(id: string | null | undefined): string | undefined {
  const members = queryClient.getQueryData<Member[]>(membersQuery.queryKey);
  return id == null ? undefined : members?.find((it) => it.userId === id)?.name;
}

/** The row of a sorted column, as far as its cards are known from the top. */
function rankOf(store: BoardStore<Card>, sort: 'newest' | 'score' | 'value', card: Card, column: string): number {
  let row = 0;
  for (; row < store.rows(column); row += 1) {
    const other = store.cardAt(column, row);
    if (!other || (other.id !== card.id && isAbove(sort, card, other))) break;
  }
  return row;
}

async function neighboursLoaded(pages: Pages<Card>, store: BoardStore<Card>, { column, index }: Place): Promise<void> {
  const isEdge = index === 0 || index >= store.rows(column);
  const known = store.idAt(column, index - 1) ?? store.idAt(column, index);
  if (!isEdge && known === undefined) await pages.load(column, index - 1);
}

function emptyText(data: Board, column: string, scope: BoardScope): string {
  if (scope.search !== undefined || scope.where !== undefined || scope.view !== undefined) {
    return say({ id: 'board.empty.filtered', defaultMessage: 'No lead of this stage matches the filter.' });
  }
  const index = data.stages.findIndex((it) => it.id === column);
  const stage = data.stages[index];
  if (index === 0) return say({ id: 'board.empty.first', defaultMessage: 'New leads arrive here: from forms, webhooks, imports, or added by hand.' });
  if (stage?.type === 'won') return say({ id: 'board.empty.won', defaultMessage: 'Drop a lead here when it is won.' });
  if (stage?.type === 'lost') return say({ id: 'board.empty.lost', defaultMessage: 'Drop a lead here when it is lost.' });
  return say({ id: 'board.empty.stage', defaultMessage: 'Drop leads here, or press S on a card and choose this stage.' });
}
