// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { display, settle } from '../../harness';

const { QuestionModel } = await import('../../../src/views/question/model');
const { QuestionView } = await import('../../../src/views/question/view');

describe('QuestionView', () => {
  afterEach(() => document.body.replaceChildren());

  const ask = async () => {
    const { model, view } = display(QuestionModel, QuestionView, {
      text: 'How many **updates**?',
      choices: ['128', '469', '60,000'],
      answer: 1,
      why: 'The last batch has `96` samples.',
    });
    vi.spyOn(model, 'save_changes').mockReturnValue();
    await settle();
    const buttons = [...view.el.querySelectorAll<HTMLButtonElement>('.dlw-question-choice')];
    const answer = (): string => view.el.querySelector('.dlw-question-answer')!.textContent.trim();
    const verdicts = (): string[] => buttons.map((button) => button.dataset.verdict!);
    return { model, root: view.el, buttons, answer, verdicts };
  };

  it('says nothing of the answer before the reader has chosen', async () => {
    const { root, answer, verdicts } = await ask();
    expect(root.querySelector('.dlw-question-text strong')!.textContent).toBe('updates');
    expect(answer()).toBe('');
    expect(verdicts()).toEqual(['', '', '']);
    expect(root.textContent).not.toContain('last batch');
  });

  it('says whether a choice is right, and why', async () => {
    const { model, buttons, answer, verdicts } = await ask();
    buttons[1]!.click();
    await settle();
    expect(model.get('chosen')).toBe(1);
    expect(verdicts()).toEqual(['', 'right', '']);
    expect(answer()).toBe('Right. The last batch has 96 samples.');
    expect(buttons.map((button) => button.getAttribute('aria-pressed'))).toEqual(['false', 'true', 'false']);
  });

  it('shows the right choice beside a wrong one, with signs as well as colors', async () => {
    const { buttons, answer, verdicts } = await ask();
    buttons[2]!.click();
    await settle();
    expect(verdicts()).toEqual(['', 'right', 'wrong']);
    expect(answer()).toMatch(/^Not quite\. The last batch/);
    expect(buttons.map((button) => button.textContent)).toEqual(['128', '✓469', '✗60,000']);
  });

  it('takes a choice back', async () => {
    const { model, buttons, answer } = await ask();
    buttons[2]!.click();
    await settle();
    buttons[2]!.click();
    await settle();
    expect(model.get('chosen')).toBe(-1);
    expect(answer()).toBe('');
  });
});
