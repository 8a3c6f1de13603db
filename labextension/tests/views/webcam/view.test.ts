// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { WebcamModel } from '../../../src/views/webcam/model';
import { whyNot } from '../../../src/shared/camera';
import { WebcamView } from '../../../src/views/webcam/view';
import { connect, display, settle } from '../../harness';

const stopped = vi.fn();
const asked = vi.fn();

function camera(answer: () => Promise<unknown>): void {
  asked.mockReset();
  stopped.mockReset();
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: { getUserMedia: asked.mockImplementation(answer) },
  });
}

const stream = (): object => ({ getTracks: () => [{ stop: stopped }] });
const named = (name: string): Error => Object.assign(new Error('no'), { name });

describe('WebcamView', () => {
  beforeEach(() => {
    Object.defineProperty(HTMLVideoElement.prototype, 'srcObject', {
      configurable: true,
      writable: true,
      value: null,
    });
    vi.spyOn(HTMLVideoElement.prototype, 'play').mockResolvedValue();
  });

  afterEach(() => {
    vi.restoreAllMocks();
    document.body.replaceChildren();
  });

  const shown = () => {
    const { model, view } = display(WebcamModel, WebcamView, {});
    const sent = connect(model);
    const [open, take, shut] = [...view.el.querySelectorAll('button')];
    const remark = view.el.querySelector<HTMLElement>('.dlw-webcam-remark')!;
    const panel = view.el.querySelector<HTMLElement>('.dlw-webcam-panel')!;
    return { model, view, sent, open: open!, take: take!, shut: shut!, remark, panel };
  };

  it('asks for the camera only when its button is pressed, and lets go of it', async () => {
    camera(() => Promise.resolve(stream()));
    const { open, shut, panel } = shown();
    await settle();
    expect(asked).not.toHaveBeenCalled();
    expect(panel.hidden).toBe(true);
    open.click();
    await settle();
    expect(asked).toHaveBeenCalledOnce();
    expect(panel.hidden).toBe(false);
    shut.click();
    expect(stopped).toHaveBeenCalledOnce();
    expect(panel.hidden).toBe(true);
  });

  it('ends a stream that comes when the view is gone', async () => {
    let give: (value: unknown) => void = () => undefined;
    camera(() => new Promise((resolve) => (give = resolve)));
    const { open, view } = shown();
    open.click();
    view.remove();
    give(stream());
    await settle();
    expect(stopped).toHaveBeenCalledOnce();
  });

  it('sends a picture as it is taken', async () => {
    camera(() => Promise.resolve(stream()));
    Object.defineProperty(HTMLVideoElement.prototype, 'videoWidth', { configurable: true, value: 1280 });
    Object.defineProperty(HTMLVideoElement.prototype, 'videoHeight', { configurable: true, value: 720 });
    const size: number[] = [];
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
    vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockImplementation(function (this: HTMLCanvasElement) {
      size.push(this.width, this.height);
      return 'data:image/jpeg;base64,QUJD';
    });
    const { open, take, sent } = shown();
    open.click();
    await settle();
    take.click();
    expect(size).toEqual([640, 360]);
    expect(sent).toContainEqual({ type: 'image', data: 'QUJD' });
  });

  it('says why there is no camera, and can be asked again', async () => {
    camera(() => Promise.reject(named('NotAllowedError')));
    const { open, remark, panel } = shown();
    open.click();
    await settle();
    expect(remark.textContent).toBe("The browser isn't allowed to use the camera.");
    expect(open.hidden).toBe(false);
    camera(() => Promise.resolve(stream()));
    open.click();
    await settle();
    expect(panel.hidden).toBe(false);
    expect(remark.hidden).toBe(true);
  });

  it('says so on a page that may have no camera', async () => {
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined });
    const { open, remark } = shown();
    open.click();
    await settle();
    expect(remark.textContent).toContain('over HTTPS');
  });

  it('has words for each failure', () => {
    expect(whyNot(named('NotFoundError'))).toBe('No camera was found.');
    expect(whyNot(named('Other'))).toBe("The camera can't be used: no");
    expect(whyNot('x')).toBe("The camera can't be used.");
  });
});
