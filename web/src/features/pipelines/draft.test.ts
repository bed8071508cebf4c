import { describe, expect, it } from 'vitest';
import { hueOf } from '~/ui/stage-colour';
import { addStage, bodyOfDraft, changeStage, draftOf, isChanged, moveStage, nameless, removeStage } from './draft';
import { FIRST_COLOURS, hexOfHue } from './hue';

const stage = (id: string, type: 'open' | 'won' | 'lost' = 'open', leadCount = 0) => ({
  id,
  pipelineId: 'p',
  name: id.toUpperCase(),
  color: FIRST_COLOURS[0],
  type,
  position: 0,
  leadCount,
});
const pipeline = {
  id: 'p',
  name: 'Sales',
  isDefault: true,
  version: 1,
  createdAt: '',
  updatedAt: '',
  stages: [stage('a'), stage('b', 'open', 7), stage('c', 'won'), { ...stage('d'), movingTo: 'a' }],
};
const keys = (draft: ReturnType<typeof draftOf>) => draft.stages.map((row) => row.key);

describe('a draft of a pipeline', () => {
  it('leaves out stages that are being removed', () => {
    expect(keys(draftOf(pipeline))).toEqual(['a', 'b', 'c']);
  });

  it('knows whether anything has changed', () => {
    const draft = draftOf(pipeline);
    expect(isChanged(draft, pipeline)).toBe(false);
    const renamed = changeStage(draft, 'a', { name: 'Fresh' });
    expect(isChanged(renamed, pipeline)).toBe(true);
    expect(isChanged(changeStage(renamed, 'a', { name: 'A ' }), pipeline)).toBe(false);
  });

  it('moves a stage up and down, and not beyond the ends', () => {
    const draft = draftOf(pipeline);
    expect(keys(moveStage(draft, 'b', 0))).toEqual(['b', 'a', 'c']);
    expect(keys(moveStage(draft, 'a', 2))).toEqual(['b', 'c', 'a']);
    expect(keys(moveStage(draft, 'a', 3))).toEqual(['a', 'b', 'c']);
    expect(keys(moveStage(draft, 'a', -1))).toEqual(['a', 'b', 'c']);
  });

  it('adds a stage before the end of the way, in a free colour', () => {
    const draft = addStage(draftOf(pipeline), 'new', 'Demo');
    expect(keys(draft)).toEqual(['a', 'b', 'new', 'c']);
    expect(draft.stages[2]?.color).toBe(FIRST_COLOURS[1]);
  });

  it('says where leads of a removed stage go, also when that stage goes later', () => {
    const draft = addStage(draftOf(pipeline), 'new', 'Demo');
    const without = removeStage(removeStage(draft, 'b', 'a'), 'a', 'c');
    expect(bodyOfDraft(without).moveLeadsTo).toEqual({ b: 'c', a: 'c' });
    expect(bodyOfDraft(without).stages?.map((row) => row.name)).toEqual(['Demo', 'C']);
  });

  it('keeps two stages at least', () => {
    const two = removeStage(draftOf(pipeline), 'b', 'a');
    expect(keys(removeStage(two, 'a', 'c'))).toEqual(['a', 'c']);
  });

  it('names the rows that have no name', () => {
    expect([...nameless(changeStage(draftOf(pipeline), 'b', { name: ' ' }))]).toEqual(['b']);
  });
});

describe('a colour by its hue', () => {
  it.each([0, 60, 140, 200, 252, 300])('is read back as the hue %i', (hue) => {
    expect(Math.abs(((hueOf(hexOfHue(hue)) - hue + 540) % 360) - 180)).toBeLessThan(4);
  });
});
