import { beforeEach, expect, test } from 'vitest';
import { UNDO_DEPTH, undoEntry, undoLast, undoStack } from './undo';

const undone: string[] = [];
const entry = (label: string) => ({ label, undo: async () => void undone.push(label) });

beforeEach(() => {
  undoStack.clear();
  undone.length = 0;
});

test('what was done last is taken back first, and only once', async () => {
  const [first, second] = [entry('first'), entry('second')];
  undoStack.push(first);
  undoStack.push(second);
  expect(await undoLast()).toBe('second');
  expect(await undoEntry(second)).toBeUndefined();
  expect(await undoLast()).toBe('first');
  expect(await undoLast()).toBeUndefined();
  expect(undone).toEqual(['second', 'first']);
});

test('a refusal reaches the caller', async () => {
  undoStack.push({ label: 'moved', undo: () => Promise.reject(new Error('changed since')) });
  await expect(undoLast()).rejects.toThrow('changed since');
});

test('the oldest is forgotten when there are too many', async () => {
  for (let number = 0; number <= UNDO_DEPTH; number += 1) undoStack.push(entry(String(number)));
  while (await undoLast());
  expect(undone).toHaveLength(UNDO_DEPTH);
  expect(undone.at(-1)).toBe('1');
});
