import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { ThemedView } from '../../core/view';
import { askForCamera, noCameraHere, stopCamera, whyNot } from '../../shared/camera';
import type { WebcamModel } from './model';

const LONGEST = 640;
const QUALITY = 0.9;

/** A button that asks for the camera when it is pressed, and then takes a photo at the next press. */
export class WebcamView extends ThemedView {
  declare model: WebcamModel;
  private open!: HTMLButtonElement;
  private take!: HTMLButtonElement;
  private shut!: HTMLButtonElement;
  private video!: HTMLVideoElement;
  private panel!: HTMLElement;
  private remark!: HTMLElement;
  private stream!: MediaStream | null;
  /** Counts what was asked of the camera: a stream that comes after the panel was closed is ended at once. */
  private asked!: number;

  override render(): void {
    super.render();
    this.stream = null;
    this.asked = 0;
    this.el.classList.add('dlw-webcam');
    this.open = el('button', 'dlw-button', {
      type: 'button',
      title: () => t('The camera stays off until you press this button.'),
    });
    this.take = el('button', 'dlw-button', { type: 'button' }, () => t('Take photo'));
    this.shut = el('button', 'dlw-button', { type: 'button' }, () => t('Turn camera off'));
    this.video = el('video', 'dlw-webcam-video', { 'aria-label': () => t('Camera preview') });
    this.video.muted = true;
    this.video.playsInline = true;
    this.panel = el(
      'div',
      'dlw-webcam-panel',
      { hidden: true },
      this.video,
      el('div', 'dlw-webcam-buttons', {}, this.take, this.shut),
    );
    this.remark = el('div', 'dlw-webcam-remark', { role: 'status', hidden: true });
    this.el.append(this.open, this.panel, this.remark);
    this.open.addEventListener('click', () => void this.begin());
    this.take.addEventListener('click', () => this.snap());
    this.shut.addEventListener('click', () => this.end());
    this.listenTo(this.model, 'change', () => this.show());
    this.show();
  }

  override remove(): this {
    this.end();
    super.remove();
    return this;
  }

  protected override onLanguage(): void {
    this.show();
  }

  private show(problem = ''): void {
    setText(this.open, this.model.localized('label'));
    this.open.disabled = this.model.flag('disabled');
    this.open.hidden = this.stream !== null;
    this.panel.hidden = this.stream === null;
    setText(this.remark, problem);
    this.remark.hidden = problem === '';
  }

  private async begin(): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const answer = askForCamera(LONGEST);
    if (!answer) {
      this.show(noCameraHere());
      return;
    }
    try {
      const stream = await answer;
      if (asked !== this.asked) {
        stopCamera(stream);
        return;
      }
      this.stream = stream;
      this.video.srcObject = stream;
      this.show();
      await this.video.play();
    } catch (error) {
      if (asked !== this.asked) return;
      this.end();
      this.show(whyNot(error));
    }
  }

  private snap(): void {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth === 0 || videoHeight === 0) return;
    const scale = Math.min(1, LONGEST / Math.max(videoWidth, videoHeight));
    const canvas = el('canvas');
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    canvas.getContext('2d')?.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    const url = canvas.toDataURL('image/jpeg', QUALITY);
    this.model.act({ type: 'image', data: url.slice(url.indexOf(',') + 1) });
  }

  private end(): void {
    this.asked += 1;
    if (this.stream) stopCamera(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.show();
  }
}
