/** The camera of the user's device, which the browser asks the user for. */

import { t } from '../core/i18n';

/** Why there is no image from the camera, in words. */
export function whyNot(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return t("The browser isn't allowed to use the camera.");
  if (name === 'NotFoundError') return t('No camera was found.');
  if (name === 'NotReadableError') return t('Another program is using the camera.');
  const reason = error instanceof Error ? error.message : '';
  return reason ? t("The camera can't be used: {reason}", { reason }) : t("The camera can't be used.");
}

/** Asks for the camera; null where the browser has none for this page. */
export function askForCamera(width: number): Promise<MediaStream> | null {
  // Browsers leave this out on pages that are neither local nor encrypted.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices ? devices.getUserMedia({ video: { width: { ideal: width } }, audio: false }) : null;
}

export function noCameraHere(): string {
  return t('The browser allows the camera only on pages from this machine or over HTTPS.');
}

export function stopCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
