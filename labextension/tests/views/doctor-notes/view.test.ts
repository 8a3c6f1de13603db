// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display } from '../../harness';

const { DoctorNotesModel } = await import('../../../src/views/doctor-notes/model');
const { DoctorNotesView } = await import('../../../src/views/doctor-notes/view');

const OVERFITTING = {
  id: 'overfitting',
  title: 'Overfitting since epoch 7',
  reason: 'The validation loss was lowest in epoch 7.',
  advice: 'Stop at the best epoch (`EarlyStopping`).',
  where: 'Epochs 7 to 30',
  remedies: [
    { label: 'Try with early stopping', problem: '' },
    { label: 'Try with dropout', problem: 'Dropout can be added to a Sequential model only.' },
  ],
};
const UNSCALED = { ...OVERFITTING, id: 'unscaled_inputs', title: 'Not scaled', where: '', remedies: [] };

describe('DoctorNotesView', () => {
  afterEach(() => document.body.replaceChildren());

  const notes = (state: Record<string, unknown> = {}) => {
    const { model, view } = display(DoctorNotesModel, DoctorNotesView, {
      headline: 'Doctor: Overfitting since epoch 7',
      tone: 'found',
      findings: [OVERFITTING, UNSCALED],
      ...state,
    });
    vi.spyOn(model, 'save_changes').mockReturnValue();
    const one = (selector: string): HTMLElement => view.el.querySelector<HTMLElement>(selector)!;
    return { model, root: view.el, one, sent: connect(model) };
  };

  it('is one line until it is opened', () => {
    const { model, one } = notes();
    const line = one('.dlw-doctor-line');
    expect(line.textContent).toContain('Overfitting since epoch 7');
    expect(line.getAttribute('aria-expanded')).toBe('false');
    expect(one('.dlw-doctor-body').hidden).toBe(true);
    line.click();
    expect(model.get('expanded')).toBe(true);
    expect(line.getAttribute('aria-expanded')).toBe('true');
    expect(one('.dlw-doctor-body').hidden).toBe(false);
    line.click();
    expect(one('.dlw-doctor-body').hidden).toBe(true);
  });

  it('says of each finding why, and what to do', () => {
    const { root } = notes({ expanded: true });
    const titles = [...root.querySelectorAll('h4')].map((title) => title.textContent);
    expect(titles).toEqual(['Overfitting since epoch 7', 'Not scaled']);
    expect(root.querySelector('.dlw-doctor-advice code')!.textContent).toBe('EarlyStopping');
    expect(root.querySelectorAll('.dlw-doctor-mark')).toHaveLength(1);
  });

  it('says what was checked once the first steps are over', () => {
    const { model, one } = notes({ expanded: true, findings: [], tone: 'waiting' });
    expect(one('.dlw-doctor-quiet').textContent).toContain('need about 30 steps');
    model.set('tone', 'fine');
    expect(one('.dlw-doctor-quiet').textContent).toContain('Checked: the loss');
  });

  it('marks the place of one finding in the chart', () => {
    const { model, one } = notes({ expanded: true });
    const mark = one('.dlw-doctor-mark');
    expect(mark.getAttribute('aria-pressed')).toBe('false');
    mark.click();
    expect(model.get('selected')).toBe('overfitting');
    expect(mark.getAttribute('aria-pressed')).toBe('true');
    mark.click();
    expect(model.get('selected')).toBe('');
  });

  it('tries what can be tried, and says why something cannot', () => {
    const { model, root, sent } = notes({ expanded: true });
    const [first, second] = [...root.querySelectorAll<HTMLButtonElement>('.dlw-doctor-try')];
    expect(second!.disabled).toBe(true);
    expect(root.querySelector('.dlw-doctor-problem')!.textContent).toContain('Sequential');
    first!.click();
    expect(sent).toEqual([{ type: 'try', finding: 'overfitting', remedy: 0 }]);
    model.set('busy', true);
    expect(first!.disabled).toBe(true);
  });

  it('keeps the focus when a finding says something else', () => {
    const { model, root } = notes({ expanded: true });
    root.querySelector<HTMLButtonElement>('.dlw-doctor-mark')!.focus();
    model.set('findings', [{ ...OVERFITTING, reason: 'It is 0.9 now.' }]);
    expect(document.activeElement).toBe(root.querySelector('.dlw-doctor-mark'));
  });

  it('says what was checked where nothing was found', () => {
    const { root } = notes({ findings: [], tone: 'fine', expanded: true });
    expect(root.querySelector('.dlw-doctor-quiet')!.textContent).toContain('Checked');
    expect(root.querySelector('.dlw-doctor')).toBeNull();
    expect(root.dataset.tone).toBe('fine');
  });

  it('ignores what is no list of findings', () => {
    const { root } = notes({ findings: [null, 3, { id: 5, remedies: 'x' }], expanded: true });
    expect(root.querySelectorAll('section')).toHaveLength(1);
  });
});
