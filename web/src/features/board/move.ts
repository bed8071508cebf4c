import { type ActionDefinition, runAction } from '~/api/action';
import { Problem, type Schema, api, bodyOf, ifMatch } from '~/api/client';
import { undoChangeSet } from '~/api/changes';
import { announce } from '~/app/announce';
import { queryClient } from '~/app/queryClient';
import { toast } from '~/app/toast';
import { say } from '~/i18n';
import type { Move } from '~/ui/board/store';
import type { Place } from '~/ui/board/types';
import { type Card, byPosition, cardOf } from './card-data';
import type { Screen } from './screen';
import { saidMoved } from './said-moved';

type Anchor = Pick<Schema<'LeadMove'>, 'afterId' | 'beforeId' | 'position'>;

interface MoveInput {
  readonly cards: readonly Card[];
  readonly to: Place;
  readonly anchor: Anchor;
}

interface Moved {
  readonly changeSet: string | undefined;
  readonly lead?: Schema<'Lead'>;
  readonly refused: readonly string[];
}

/** Moves cards of the board: at once here, then on the server. One request and one undo, however many they are. */
export async function moveCards(screen: Screen, ids: readonly string[], to: Place): Promise<void> {
  const { store } = screen;
  const known = ids.map((id) => store.card(id)).filter((it) => it !== undefined);
  // The server leaves those alone that stand in the stage already, unless one is put to another place.
  const cards = known.length > 1 ? known.filter((it) => it.stageId !== to.column).toSorted(byPosition) : known;
  const [first] = cards;
  if (!first) return;
  const changesStage = cards.some((it) => it.stageId !== to.column);
  const anchor = anchorOf(screen, first, to);
  const { definition, release } = moveDefinition(screen);
  const running = runAction(queryClient, definition, { cards, to, anchor });
  screen.controller.focusCard(first.id);
  const outcome = await running;
  if (outcome.state === 'queued') release();
  const isLost = screen.data.stages.find((it) => it.id === to.column)?.type === 'lost';
  if (outcome.state === 'done' && changesStage && isLost && cards.length === 1) screen.open.set({ kind: 'lost', id: first.id });
}

/** Where the card goes, in terms of its neighbours: rows are numbered differently by everybody who looks. */
function anchorOf({ store, scope }: Screen, card: Card, { column, index }: Place): Anchor {
  if (scope.sort !== undefined) return { position: 'top' };
  const own = store.columnOf(card.id) === column ? store.indexOf(card.id) : Number.POSITIVE_INFINITY;
  const at = (row: number) => store.idAt(column, row >= own ? row + 1 : row);
  const afterId = index > 0 ? at(index - 1) : undefined;
  const beforeId = at(index);
  if (index === 0) return { position: 'top' };
  if (afterId === undefined && beforeId === undefined) return { position: 'bottom' };
  return { ...(afterId !== undefined && { afterId }), ...(beforeId !== undefined && { beforeId }) };
}

interface MoveRun {
  readonly definition: ActionDefinition<MoveInput, Moved>;
  /** The server cannot be reached: the card stays where it was put, and the move is sent later. */
  release: () => void;
}

function moveDefinition(screen: Screen): MoveRun {
  const { store, controller } = screen;
  let move: Move<Card> | undefined;
  const names = ({ cards }: MoveInput) => cards.map((it) => it.name);
  const definition: ActionDefinition<MoveInput, Moved> = {
    offline: 'queue',
    label: (input) => saidMoved(names(input), screen.stageName(input.to.column), undefined, 0).replace(/\.$/, ''),
    announce: () => '',
    apply: (_, input) => {
      const stageId = input.to.column;
      const stageChangedAt = new Date().toISOString();
      const made = store.move(
        input.cards.map((it) => it.id),
        input.to,
        (card) => (card.stageId === stageId ? card : { ...card, stageId, stageChangedAt }),
      );
      move = made;
      const total = store.total(stageId);
      const position = screen.host().isOrderable() ? made.to.index + 1 : undefined;
      announce(saidMoved(names(input), screen.stageName(stageId), position, total), 'assertive');
      return () => {
        store.refuse(made);
        focusFirst(screen, made);
      };
    },
    request: (input, key) => (input.cards.length === 1 ? moveOne(input, key) : moveMany(input, key)),
    settle: (_, result, input) => {
      if (!move) return;
      settleMove(move, result, input);
    },
    undo: async (result) => {
      if (!move || result.changeSet === undefined) return;
      await undoMove(screen, move, result.changeSet);
    },
    refused: (problem, input) => isExplained(screen, problem, input),
  };
  return { definition, release: () => move && store.confirm(move) };

  function settleMove(made: Move<Card>, { refused, lead, changeSet }: Moved, input: MoveInput): void {
    if (refused.length > 0) {
      store.refuse(made, refused);
      const lost = input.cards.filter((it) => refused.includes(it.id)).map((it) => it.name);
      const takeBack = async () => {
        if (changeSet !== undefined) await undoMove(screen, made, changeSet);
        controller.focusCursor();
      };
      screen.open.set({ kind: 'refused', names: lost, undo: takeBack });
    } else if (lead) store.confirm(made, [cardOf(lead, store.card(lead.id)?.position ?? '0')]);
    else store.confirm(made);
    // What several cards are like now is told by the column itself.
    if (!lead) screen.live.look(input.to.column);
  }
}

async function moveOne({ cards, to, anchor }: MoveInput, key: string): Promise<Moved> {
  const [card] = cards;
  if (!card) return { changeSet: undefined, refused: [] };
  const body = { stageId: to.column, ...anchor };
  const send = async (version: number): Promise<Moved> => {
    const headers = { 'Idempotency-Key': version === card.version ? key : crypto.randomUUID() };
    const params = { path: { id: card.id }, header: ifMatch(version) };
    const { data, response } = await api.PATCH('/leads/{id}/stage', { params, body, headers });
    return { changeSet: response.headers.get('Change-Set-Id') ?? undefined, refused: [], ...(data && { lead: data }) };
  };
  try {
    return await send(card.version);
  } catch (thrown) {
    const now = thrown instanceof Problem ? (thrown.current as Schema<'Lead'> | undefined) : undefined;
    // Somebody has changed something else about the lead: that does not stand in the way of moving it.
    if (!now || now.stageId !== card.stageId || now.deletedAt != null) throw thrown;
    return send(now.version);
  }
}

async function moveMany({ cards, to }: MoveInput, key: string): Promise<Moved> {
  const body = { action: 'move_stage' as const, leadIds: cards.map((it) => it.id), stageId: to.column };
  const done = await bodyOf(api.POST('/leads/bulk-action', { body, headers: { 'Idempotency-Key': key } }));
  const refused = done.results.filter((it) => !it.ok).map((it) => it.id);
  return { changeSet: done.changeSetId ?? undefined, refused };
}

async function undoMove(screen: Screen, move: Move<Card>, changeSet: string): Promise<void> {
  const { store } = screen;
  const back = store.takeBack(move);
  focusFirst(screen, move);
  try {
    const { undone } = await undoChangeSet(changeSet);
    store.confirm(back);
    announce(say({ id: 'board.say.undone', defaultMessage: 'Move undone.' }), 'assertive');
    for (const id of move.ids) screen.live.renew(id);
    // What others have changed since stays as they left it, and is shown as it is.
    if (undone < move.ids.length) for (const column of back.touches) screen.live.look(column);
  } catch (thrown) {
    store.refuse(back);
    focusFirst(screen, move);
    throw thrown;
  }
}

/** The focus goes back with the card, if it was on the board at all. */
function focusFirst({ store, controller }: Screen, move: Move<Card>): void {
  const first = move.ids.find((id) => store.columnOf(id) !== undefined);
  if (first !== undefined) controller.focusCard(first);
}

/** Two people moved one card: it goes where the first of them put it, and that is said. */
function isExplained(screen: Screen, problem: Problem, { cards }: MoveInput): boolean {
  const now = problem.status === 412 ? (problem.current as Schema<'Lead'> | undefined) : undefined;
  const [card] = cards;
  if (!now || !card) return false;
  screen.live.look(card.stageId);
  screen.live.look(now.stageId);
  const stage = screen.stageName(now.stageId);
  const text =
    now.deletedAt == null
      ? say(
          { id: 'board.move.elsewhere', defaultMessage: 'Somebody else has moved {name} meanwhile. It is in {stage} now.' },
          { name: card.name, stage },
        )
      : say({ id: 'board.move.deleted', defaultMessage: 'Somebody else has deleted {name} meanwhile.' }, { name: card.name });
  toast({ tone: 'warning', text });
  return true;
}
