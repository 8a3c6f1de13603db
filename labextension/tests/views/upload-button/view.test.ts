// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { UploadModel } from '../../../src/views/upload-button/model';
import { UploadView } from '../../../src/views/upload-button/view';
import { display, settle } from '../../harness';

describe('UploadView', () => {
  afterEach(() => document.body.replaceChildren());

  const shown = () => {
    const { model, view } = display(UploadModel, UploadView, {
      label: 'Own picture…',
      limit: 5,
      accept: '.png',
    });
    model.comm_live = true;
    const send = vi.spyOn(model, 'send').mockImplementation(() => undefined);
    const field = view.el.querySelector('input')!;
    const choose = async (...files: File[]): Promise<void> => {
      Object.defineProperty(field, 'files', { value: files, configurable: true });
      field.dispatchEvent(new Event('change'));
      await settle(10);
    };
    return { model, view, send, field, choose };
  };

  it('sends a file as bytes', async () => {
    const { send, field, choose } = shown();
    expect(field.accept).toBe('.png');
    await choose(new File(['abc'], 'a.png'));
    expect(send).toHaveBeenCalledOnce();
    const [content, , buffers] = send.mock.lastCall!;
    expect(content).toEqual({ type: 'file', name: 'a.png', size: 3 });
    expect(new TextDecoder().decode(buffers![0] as ArrayBuffer)).toBe('abc');
  });

  it('sends of a file that is too large its name and size only', async () => {
    const { send, choose } = shown();
    await choose(new File(['abcdef'], 'large.png'));
    expect(send).toHaveBeenCalledOnce();
    expect(send.mock.lastCall![0]).toEqual({ type: 'file', name: 'large.png', size: 6 });
    expect(send.mock.lastCall![2]).toBeUndefined();
  });

  it('opens the choice of files when pressed, and does nothing without a file', async () => {
    const { view, send, field, choose } = shown();
    const opened = vi.spyOn(field, 'click').mockImplementation(() => undefined);
    const button = view.el.querySelector('button')!;
    expect(button.textContent).toBe('Own picture…');
    button.click();
    expect(opened).toHaveBeenCalledOnce();
    await choose();
    expect(send).not.toHaveBeenCalled();
  });
});
