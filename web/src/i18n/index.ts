import { Fragment, type ReactNode, createElement } from 'react';
import { type Message, grammarOf, piecesOf } from './message';

/** What may stand in a message's braces. */
export type TextValues = Record<string, string | number>;

/**
 * A text by its id and its English words: `{ id: 'board.empty', defaultMessage: 'No leads here.' }`. The words are in ICU's
 * notation; where the program is built they are read and stand as a `Message` in their place.
 */
export interface Words {
  id: string;
  defaultMessage: string;
}

/** Messages of a language by id. English stands in the code, so it needs none. */
export interface Language {
  locale: string;
  messages: Readonly<Record<string, Message>>;
}

const ENGLISH: Language = { locale: 'en', messages: {} };

let language = ENGLISH;
let grammar = grammarOf(language.locale);

/** To be called before anything is drawn. */
export function setLanguage(chosen: Language): void {
  language = chosen;
  grammar = grammarOf(chosen.locale);
}

const piecesFor = ({ id, defaultMessage }: Words, values: Readonly<Record<string, unknown>>): unknown[] =>
  piecesOf(language.messages[id] ?? defaultMessage, values, grammar);

/** A text outside of components: for announcements, labels of actions, commands. */
export const say = (words: Words, values: TextValues = {}): string => piecesFor(words, values).join('');

/** `const text = useText(); text({ id: 'board.title', defaultMessage: 'Board' })` */
export const useText = (): typeof say => say;

/** A text in a component; `values` may hold elements. */
export function Text({ values = {}, ...words }: Words & { values?: Record<string, ReactNode> }) {
  return createElement(Fragment, null, ...(piecesFor(words, values) as ReactNode[]));
}
