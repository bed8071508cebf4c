import { expect, test, vi } from 'vitest';
import { atHand } from './at-hand';

test('work waits for what is fetched, and is done at once when it is there', async () => {
  const done: string[] = [];
  const tool = atHand(() => Promise.resolve({ note: (word: string) => Promise.resolve(done.push(word)) }));
  const early = [tool.run((it) => it.note('first')), tool.run((it) => it.note('second'))];
  expect(done).toEqual([]);
  await Promise.all(early);
  void tool.run((it) => it.note('third'));
  expect(done).toEqual(['first', 'second', 'third']);
});

test('what could not be fetched is fetched anew', async () => {
  const load = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('no line')).mockResolvedValue(7);
  const tool = atHand(load);
  await expect(tool.run((it) => Promise.resolve(it))).resolves.toBeUndefined();
  await expect(tool.run((it) => Promise.resolve(it))).resolves.toBe(7);
  tool.fetch();
  expect(load).toHaveBeenCalledTimes(2);
});
