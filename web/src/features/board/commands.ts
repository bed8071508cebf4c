import type { Command } from '~/app/commands';
import { say, type Words } from '~/i18n';
import type { Screen } from './screen';

/** Keys that the board handles itself, for the help sheet; those that the palette can do are real commands. */
const HANDLED: readonly (readonly [string, string | readonly string[], Words])[] = [
  ['board.up', ['arrowup', 'k'], { id: 'board.cmd.up', defaultMessage: 'Card above' }],
  ['board.down', ['arrowdown', 'j'], { id: 'board.cmd.down', defaultMessage: 'Card below' }],
  ['board.left', ['arrowleft', 'h'], { id: 'board.cmd.left', defaultMessage: 'Stage to the left' }],
  ['board.right', ['arrowright', 'l'], { id: 'board.cmd.right', defaultMessage: 'Stage to the right' }],
  ['board.edge', ['home', 'end'], { id: 'board.cmd.edge', defaultMessage: 'First and last card' }],
  ['board.open', 'enter', { id: 'board.cmd.open', defaultMessage: 'Open the lead' }],
  ['board.lift', 'space', { id: 'board.cmd.lift', defaultMessage: 'Lift and drop; arrows choose the place' }],
  ['board.send', ['shift+arrowleft', 'shift+arrowright'], { id: 'board.cmd.send', defaultMessage: 'Move to the next stage' }],
  ['board.stage', 's', { id: 'board.cmd.stage', defaultMessage: 'Move to stage…' }],
  ['board.select', 'x', { id: 'board.cmd.select', defaultMessage: 'Select the card' }],
  ['board.extend', ['shift+arrowup', 'shift+arrowdown'], { id: 'board.cmd.extend', defaultMessage: 'Extend the selection' }],
  ['board.all', 'mod+a', { id: 'board.cmd.all', defaultMessage: 'Select all of the stage' }],
  ['board.assign', 'a', { id: 'board.cmd.assign', defaultMessage: 'Assign…' }],
  ['board.tag', 't', { id: 'board.cmd.tag', defaultMessage: 'Add tags…' }],
  ['board.edit', 'e', { id: 'board.cmd.edit', defaultMessage: 'Edit the lead' }],
  ['board.menu', ['.', 'shift+f10'], { id: 'board.cmd.menu', defaultMessage: 'Actions of the card' }],
  ['board.undo', 'u', { id: 'board.cmd.undo', defaultMessage: 'Undo' }],
];

export function boardCommands({ controller, data, store, host }: Screen): Command[] {
  const handled = HANDLED.map(([id, keys, label]): Command => ({
    id,
    label,
    section: 'board',
    keys,
    handledBy: 'widget',
    run: () => controller.focusCursor(),
  }));
  // In the palette a move is found by the stage's name.
  const moves = data.stages.map((stage): Command => ({
    id: `board.move.${stage.id}`,
    label: say({ id: 'board.cmd.move', defaultMessage: 'Move the card to {stage}' }, { stage: stage.name }),
    section: 'board',
    when: () => controller.cursorCard !== undefined && controller.cursorCard.stageId !== stage.id && host().canMove(),
    run: () => {
      const card = controller.cursorCard;
      if (card && store.has(stage.id)) host().onMove(controller.taken(card.id), { column: stage.id, index: host().rank(card, stage.id) ?? 0 });
    },
  }));
  return [...handled, ...moves];
}
