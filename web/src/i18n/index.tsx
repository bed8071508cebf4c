import type { ReactNode } from 'react';
import { FormattedMessage, IntlProvider, type IntlShape, type MessageDescriptor, createIntl, createIntlCache, useIntl } from 'react-intl';
import { createStore } from '~/app/store';

/** What may stand in a message's braces. */
export type TextValues = Record<string, string | number | Date>;

/** A text by its id and its English words: `{ id: 'board.empty', defaultMessage: 'No leads here.' }`. */
export type Words = MessageDescriptor;

/** Messages of a language by id. English stands in the code, so it needs none. */
export interface Language {
  locale: string;
  messages: Record<string, string>;
}

const cache = createIntlCache();

function intlOf({ locale, messages }: Language): IntlShape {
  return createIntl({ locale, messages, defaultLocale: 'en', onError: reportText }, cache);
}

/** A missing translation shows English, which is no failure; anything else is one. */
function reportText(error: { code: string; message: string }): void {
  if (error.code !== 'MISSING_TRANSLATION') console.error(error.message);
}

const current = createStore(intlOf({ locale: 'en', messages: {} }));

export function setLanguage(language: Language): void {
  current.set(intlOf(language));
}

/** A text outside of components: for announcements, labels of actions, commands. */
export function say(words: Words, values?: TextValues): string {
  return current.get().formatMessage(words, values);
}

/** `const text = useText(); text({ id: 'board.title', defaultMessage: 'Board' })` */
export function useText(): (words: Words, values?: TextValues) => string {
  const intl = useIntl();
  return (words, values) => intl.formatMessage(words, values);
}

type Chunks = (chunks: ReactNode[]) => ReactNode;

/** A text in a component; `values` may hold elements and wrappers for tags in the message. */
export function Text(props: Words & { values?: Record<string, ReactNode | Date | Chunks> }) {
  return <FormattedMessage {...props} />;
}

export function TextProvider({ children }: { children: ReactNode }) {
  const intl = current.get();
  return (
    <IntlProvider locale={intl.locale} messages={intl.messages} defaultLocale="en" onError={reportText}>
      {children}
    </IntlProvider>
  );
}
