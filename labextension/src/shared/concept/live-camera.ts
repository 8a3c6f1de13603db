import { t } from '../../core/i18n';
import { askForCamera, noCameraHere, stopCamera, whyNot } from '../camera';
import { el, setText } from '../dom';
import { PHOTO_SIDE, type Picture, unitPicture } from './grid';

/** The camera is read so often in a second. */
const RATE = 15;
const WIDTH = 320;

/** The camera's image in gray, as long as it is on; it never leaves the page. */
export class LiveCamera {
  readonly root: HTMLElement;
  private readonly button = el('button', 'dlw-button', {
    type: 'button',
    title: () => t('The camera stays off until you press this button.'),
  });
  private readonly remark = el('span', 'dlw-concept-label', { role: 'status' });
  private readonly video = el('video');
  private stream: MediaStream | null = null;
  private timer = 0;
  private asked = 0;

  constructor(private readonly seen: (picture: Picture) => void) {
    this.video.muted = true;
    this.video.playsInline = true;
    this.button.addEventListener('click', () => (this.stream ? this.end() : void this.begin()));
    this.root = el('div', 'dlw-sketch', {}, this.button, this.remark);
    this.show('');
  }

  end(): void {
    this.asked += 1;
    window.clearInterval(this.timer);
    if (this.stream) stopCamera(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.show('');
  }

  /** Writes the texts anew, in the language in force. */
  show(remark = this.remark.textContent): void {
    setText(this.button, this.stream ? t('Freeze the image') : t('Turn camera on'));
    setText(this.remark, remark);
  }

  private async begin(): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const answer = askForCamera(WIDTH);
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
      this.show('');
      await this.video.play();
      this.timer = window.setInterval(() => this.read(), 1000 / RATE);
    } catch (error) {
      if (asked !== this.asked) return;
      this.end();
      this.show(whyNot(error));
    }
  }

  private read(): void {
    const { videoWidth, videoHeight } = this.video;
    const side = Math.min(videoWidth, videoHeight);
    if (side === 0) return;
    const canvas = el('canvas', '', { width: PHOTO_SIDE, height: PHOTO_SIDE });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const [left, top] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
    // As in a mirror.
    context.translate(PHOTO_SIDE, 0);
    context.scale(-1, 1);
    context.drawImage(this.video, left, top, side, side, 0, 0, PHOTO_SIDE, PHOTO_SIDE);
    const { data } = context.getImageData(0, 0, PHOTO_SIDE, PHOTO_SIDE);
    const gray = Uint8Array.from({ length: data.length / 4 }, (_, i) =>
      Math.round(0.299 * data[i * 4]! + 0.587 * data[i * 4 + 1]! + 0.114 * data[i * 4 + 2]!),
    );
    this.seen(unitPicture(gray, PHOTO_SIDE, PHOTO_SIDE));
  }
}
