import type { BoardController } from './controller';
import type { BoardHost } from './host';
import type { Intent } from './keys';
import type { BoardCard, Place } from './types';

export interface Lifted {
  readonly ids: readonly string[];
  readonly column: string;
  readonly index: number;
  readonly from: Place;
}

/** What is in the air, and how it is carried and dropped by keys. */
export class Lifting<C extends BoardCard> {
  up: Lifted | undefined;

  constructor(
    private readonly board: BoardController<C>,
    private readonly host: () => BoardHost<C>,
  ) {}

  /** Other leads are about to be shown. */
  forget(): void {
    this.up = undefined;
  }

  /** Ends a lift without a trace. */
  cancel(): void {
    const lifted = this.up;
    if (!lifted) return;
    this.up = undefined;
    this.board.store.unlift();
    this.host().say(this.host().speech.cancelled());
    this.board.goTo(lifted.from.column, lifted.from.index);
  }

  /** Does what a key asks for while a card is in the air; every key is used up then. */
  press(intent: Intent): boolean {
    const { up } = this;
    if (!up) return false;
    switch (intent.kind) {
      case 'row':
        this.carry(up.column, up.index + intent.by);
        return true;
      case 'page':
        this.carry(up.column, up.index + intent.by * this.board.rowsOfPage(up.column));
        return true;
      case 'edge':
        this.carry(up.column, intent.edge === 'top' ? 0 : this.board.store.rows(up.column));
        return true;
      case 'column': {
        const next = this.board.beside(up.column, intent.by, 'unfolded');
        if (next !== undefined) this.carry(next, up.index);
        return true;
      }
      case 'drop':
        void this.drop(up);
        return true;
      case 'cancel':
        this.cancel();
        return true;
      default:
        return true;
    }
  }

  /** Lifts a card and what goes along with it. A column that is selected as a whole is mostly not loaded. */
  begin(card: C, ids: readonly string[], isWhole: boolean): void {
    const host = this.host();
    if (!host.canMove()) return;
    if (isWhole) {
      host.say(host.speech.liftOnlyLoaded());
      return;
    }
    const from = { column: card.stageId, index: this.board.store.indexOf(card.id) };
    this.up = { ids, ...from, from };
    if (ids.length === 1) this.board.store.lift(ids, from, (it) => it);
    const cards = ids.map((id) => this.board.store.card(id)).filter((it) => it !== undefined);
    host.say(host.speech.lifted(cards));
    this.board.focusCard(card.id);
  }

  /** Carries what is lifted to a place; several go to the top of a column, and sorted views choose the row. */
  private carry(column: string, wanted: number): void {
    const up = this.up;
    const first = up && this.board.store.card(up.ids[0] ?? '');
    if (!up || !first) return;
    const host = this.host();
    const ranked = host.rank(first, column);
    const isFree = up.ids.length === 1 && ranked === undefined;
    const within = up.column === column ? this.board.store.rows(column) - up.ids.length : this.board.store.rows(column);
    const index = isFree ? Math.max(0, Math.min(wanted, within)) : (ranked ?? 0);
    this.up = { ...up, column, index };
    this.board.store.lift(up.ids, { column, index }, (card) => ({ ...card, stageId: column }));
    const total = this.board.store.total(column);
    host.say(isFree ? host.speech.place(column, index + 1, total) : host.speech.stageOnly(column));
    this.board.focusCard(first.id);
  }

  private async drop(up: Lifted): Promise<void> {
    const host = this.host();
    const place = { column: up.column, index: up.index };
    await host.ready(place);
    if (this.up !== up) return;
    const first = this.board.store.card(up.ids[0] ?? '');
    this.up = undefined;
    this.board.store.unlift();
    const isSame = place.column === up.from.column && (place.index === up.from.index || up.ids.length > 1);
    if (isSame || !first) {
      if (first) host.say(host.speech.stays(first));
      this.board.goTo(up.from.column, up.from.index);
      return;
    }
    host.onMove(up.ids, place);
  }
}
