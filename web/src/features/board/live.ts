import { type Schema, api, bodyOf } from '~/api/client';
import { type BoardScope, boardTotals } from '~/api/queries/board';
import { announce } from '~/app/announce';
import type { Store } from '~/app/store';
import type { LiveEvent } from '~/api/live';
import { say } from '~/i18n';
import type { BoardController } from '~/ui/board/controller';
import type { Pages } from '~/ui/board/pages';
import type { BoardStore } from '~/ui/board/store';
import type { CardPage, PageSource } from '~/ui/board/types';
import { type Card, cardOf } from './card-data';

export interface LiveParts {
  readonly store: BoardStore<Card>;
  readonly controller: BoardController<Card>;
  readonly pages: Pages<Card>;
  readonly scope: BoardScope;
  readonly source: PageSource<Card>;
  readonly folded: Store<ReadonlySet<string>>;
  stageName(id: string): string;
}

/** Events come in crowds; what they ask for is read once for all of them. */
const GATHER_MS = 60;
/** While somebody has a card in hand or a move is on its way, events wait. */
const BUSY_MS = 250;
const SUMS_MS = 1000;
/** More cards than this are read as a page, not one by one. */
const ONE_BY_ONE = 20;

type Data = Record<string, unknown>;

/** Brings what others do onto the board, and never from under a pointer or a focus ring. */
export class LiveBoard {
  private readonly waiting: LiveEvent[] = [];
  private readonly stale = new Set<string>();
  private readonly changed = new Set<string>();
  /** Columns that the person here has changed, and waits to see. */
  private readonly own = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sumsTimer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(private readonly parts: LiveParts) {}

  /** Something has happened in the workspace. */
  on(event: LiveEvent): void {
    this.waiting.push(event);
    this.soon(GATHER_MS);
  }

  /** Reads again what is in sight of a column, and shows it at once: it is what the person here has just done. */
  look(column: string): void {
    this.own.add(column);
    this.again(column);
  }

  /** Reads a card again. */
  renew(id: string): void {
    this.changed.add(id);
    this.soon(0);
  }

  start(): void {
    this.stopped = false;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.sumsTimer);
    this.timer = undefined;
    this.sumsTimer = undefined;
  }

  /** Shows the leads that were held back above a column. */
  async showHeld(column: string): Promise<void> {
    const page = await this.read(column, 0);
    if (!page) return;
    this.parts.store.reset(column, page);
    this.parts.controller.goTo(column, 0);
  }

  private again(column: string): void {
    this.stale.add(column);
    this.soon(0);
  }

  private soon(after: number): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.work();
    }, after);
  }

  private work(): void {
    const { store, controller } = this.parts;
    if (controller.isBusy || store.columnIds.some((id) => store.isPending(id))) {
      this.soon(BUSY_MS);
      return;
    }
    for (const event of this.waiting.splice(0)) this.take(event);
    const changed = [...this.changed];
    this.changed.clear();
    if (changed.length > ONE_BY_ONE) {
      for (const id of changed) this.mark(store.columnOf(id));
    } else for (const id of changed) void this.readCard(id);
    const stale = [...this.stale];
    this.stale.clear();
    for (const column of stale) void this.refresh(column);
    if (stale.length > 0) this.sumsSoon();
  }

  /** What an event means for what is shown. */
  private take(event: LiveEvent): void {
    const { store } = this.parts;
    if (event.type === 'reset') {
      for (const column of store.columnIds) this.mark(column);
      return;
    }
    const id = event.leadId;
    if (id == null) return;
    const data = (event.data ?? {}) as Data;
    const known = store.card(id);
    const isOld = known !== undefined && typeof data['version'] === 'number' && data['version'] <= known.version;
    if (event.left) this.gone(id);
    else if (event.type === 'lead.stage_changed') this.moved(id, data, isOld);
    else if (event.type === 'lead.created' || event.type === 'lead.restored') this.mark(stageIn(data, 'stage'));
    else if (event.type === 'lead.deleted' || event.type === 'lead.purged') this.gone(id, stageIn(data, 'stage'));
    else if (event.type === 'lead.merged') this.gone(String(data['merged']));
    if (known && !isOld && CHANGES.has(event.type)) this.changed.add(id);
  }

  private moved(id: string, data: Data, isOld: boolean): void {
    const { store } = this.parts;
    const [from, to] = [stageIn(data, 'fromStage'), stageIn(data, 'toStage')];
    const here = store.columnOf(id);
    if (here !== undefined && isOld) return;
    if (here !== undefined && here === to && from !== to) {
      this.changed.add(id);
      return;
    }
    if (here !== undefined && here !== to) store.remove(id);
    else if (here === undefined) this.mark(from);
    this.mark(to);
  }

  private gone(id: string, column?: string): void {
    if (this.parts.store.columnOf(id) === undefined) this.mark(column);
    else this.parts.store.remove(id);
    this.sumsSoon();
  }

  private mark(column: string | undefined): void {
    if (column !== undefined && this.parts.store.has(column)) this.stale.add(column);
  }

  private async readCard(id: string): Promise<void> {
    const { store } = this.parts;
    try {
      const lead: Schema<'Lead'> = await bodyOf(api.GET('/leads/{id}', { params: { path: { id } } }));
      const known = store.card(id);
      if (!known || this.stopped) return;
      store.patch({ ...cardOf(lead, known.position), stageId: known.stageId });
    } catch {
      // It is gone, or the line is broken; an event or a look at the column tells.
    }
  }

  private async refresh(column: string): Promise<void> {
    const { store, controller, pages } = this.parts;
    if (!store.has(column)) return;
    const first = Math.max(0, pages.firstWanted(column));
    const page = await this.read(column, first);
    if (!page) return;
    if (store.isPending(column) || controller.isBusy) {
      this.again(column);
      return;
    }
    const arrived = page.total - store.total(column);
    const isOwn = this.own.delete(column);
    if (isOwn || !this.mustHold(column, first)) store.reset(column, page);
    else if (arrived > 0) this.hold(column, arrived);
    else store.place(column, page);
  }

  private hold(column: string, count: number): void {
    const { store, stageName } = this.parts;
    if (store.held(column) === count) return;
    store.hold(column, count);
    const words = {
      id: 'board.say.held',
      defaultMessage: '{count, plural, one {# new lead in {stage}} other {# new leads in {stage}}}',
    };
    announce(say(words, { count, stage: stageName(column) }));
  }

  /** Rows must not shift where somebody reads, points or types. */
  private mustHold(column: string, first: number): boolean {
    const { controller, store, folded } = this.parts;
    if (folded.get().has(column)) return false;
    if (first > 0 || store.held(column) > 0) return true;
    if (controller.hasFocus && controller.column === column) return true;
    return document.querySelector(`[data-column="${column}"]:hover`) !== null && store.rows(column) > 0;
  }

  private async read(column: string, row: number): Promise<CardPage<Card> | undefined> {
    const epoch = this.parts.store.has(column) ? this.parts.store.epoch(column) : -1;
    try {
      const page = await this.parts.source(column, { row }, new AbortController().signal);
      if (this.stopped || !this.parts.store.has(column)) return undefined;
      if (this.parts.store.epoch(column) === epoch) return page;
      this.again(column);
    } catch {
      // The next event, or the reader's own scrolling, asks again.
    }
    return undefined;
  }

  private sumsSoon(): void {
    if (this.sumsTimer !== undefined || this.stopped) return;
    this.sumsTimer = setTimeout(() => {
      this.sumsTimer = undefined;
      void this.readSums();
    }, SUMS_MS);
  }

  private async readSums(): Promise<void> {
    const { store, scope } = this.parts;
    try {
      const board = await boardTotals(scope);
      for (const { id, sums } of board.stages) if (store.has(id) && !store.isPending(id) && !this.stopped) store.setSums(id, sums);
    } catch {
      // Sums are renewed with the next event.
    }
  }
}

const CHANGES = new Set(['lead.updated', 'lead.assigned', 'lead.tagged', 'lead.submitted']);

function stageIn(data: Data, name: string): string | undefined {
  const found = data[name];
  return typeof found === 'string' ? found : undefined;
}

/** What the board listens to. */
export const BOARD_EVENTS = [
  'lead.created',
  'lead.updated',
  'lead.stage_changed',
  'lead.assigned',
  'lead.deleted',
  'lead.restored',
  'lead.purged',
  'lead.tagged',
  'lead.submitted',
  'lead.merged',
  'pipeline.changed',
  'pipeline.deleted',
] as const;
