// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { easeControls } from '../../src/shared/control-access';
import { el } from '../../src/shared/dom';
import { settle } from '../harness';

let stop: () => void;
beforeEach(() => (stop = easeControls()));
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

/** A slider as ipywidgets and noUiSlider build it. */
function slider(name: string, exponent: string, written: string, title = '') {
  const label = el('label', 'widget-label', title ? { title } : {}, name);
  const handle = el('div', 'noUi-handle', { role: 'slider', 'aria-valuetext': exponent, tabindex: 0 });
  const readout = el('div', 'widget-readout', { contenteditable: 'true' }, written);
  const root = el(
    'div',
    'jupyter-widgets widget-slider widget-hslider',
    {},
    label,
    el('div', 'slider-container', {}, el('div', 'slider noUi-target', {}, handle)),
    readout,
  );
  return { root, label, handle, readout };
}

const shown = (...nodes: Node[]): HTMLElement => {
  const root = el('div', 'jupyter-widgets widget-vbox dlw-form', {}, ...nodes);
  document.body.append(root);
  return root;
};

describe('easeControls', () => {
  it('names a slider and its readout after their label', async () => {
    const { root, label, handle, readout } = slider('Learning rate', '-3', '0.001');
    shown(root);
    await settle();
    expect(label.id).not.toBe('');
    for (const part of [handle, readout]) expect(part.getAttribute('aria-labelledby')).toBe(label.id);
    expect(readout.getAttribute('role')).toBe('textbox');
  });

  it('names one without a label after its tooltip', async () => {
    const { root, handle } = slider('', '0', '1', 'Weight of the layer.');
    shown(root);
    await settle();
    expect(handle.getAttribute('aria-label')).toBe('Weight of the layer.');
  });

  it('says the value of a logarithmic slider, not its exponent', async () => {
    const { root, handle, readout } = slider('Learning rate', '-3', '0.001');
    shown(root);
    await settle();
    expect(handle.getAttribute('aria-valuetext')).toBe('0.001');
    handle.setAttribute('aria-valuetext', '-2');
    readout.textContent = '0.01';
    await settle();
    expect(handle.getAttribute('aria-valuetext')).toBe('0.01');
  });

  it('names a handle that is made again', async () => {
    const { root, label, handle } = slider('Epochs', '3', '3');
    shown(root);
    await settle();
    const again = el('div', 'noUi-handle', { role: 'slider', 'aria-valuetext': '3' });
    handle.replaceWith(again);
    await settle();
    expect(again.getAttribute('aria-labelledby')).toBe(label.id);
  });

  it("leaves others' sliders alone", async () => {
    const { root, handle } = slider('Theirs', '-3', '0.001');
    document.body.append(root);
    await settle();
    expect(handle.hasAttribute('aria-labelledby')).toBe(false);
  });

  it('hands the focus of a button that is disabled to the run that it started', async () => {
    const start = el('button', 'jupyter-button', {}, 'Start');
    const bar = el('div', '', { tabindex: -1, 'data-takes-focus': true });
    const page = el('div', 'jupyter-widgets dlw-dashboard', {}, el('div', '', {}, start), bar);
    document.body.append(page);
    start.focus();
    start.disabled = true;
    await settle();
    expect(document.activeElement).toBe(bar);
  });

  it('does so where the browser took the focus away at once', async () => {
    const start = el('button', '', {}, 'Start');
    const bar = el('div', 'dlw dlw-run-bar', { 'data-takes-focus': true }, el('div', '', {}, start));
    document.body.append(bar);
    start.focus();
    start.disabled = true;
    start.blur();
    await settle();
    expect(document.activeElement).toBe(bar);
  });

  it('leaves the focus where a user has put it meanwhile', async () => {
    const [start, field] = [el('button', '', {}, 'Start'), el('input')];
    const bar = el('div', 'dlw dlw-run-bar', { 'data-takes-focus': true }, start, field);
    document.body.append(bar);
    start.focus();
    field.focus();
    start.disabled = true;
    await settle();
    expect(document.activeElement).toBe(field);
  });

  it('keeps the focus in the row of a disabled button where there is no run', async () => {
    const [cancel, other] = [el('button', '', {}, 'Cancel'), el('button', '', {}, 'Start')];
    shown(el('div', '', {}, cancel, other));
    cancel.focus();
    cancel.disabled = true;
    await settle();
    expect(document.activeElement).toBe(other);
  });
});
